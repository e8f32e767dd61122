// The site in Chromium, served on loopback. A request to any other place fails the test.
import assert from "node:assert/strict";
import {createReadStream, existsSync, mkdirSync, readFileSync, statSync} from "node:fs";
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {extname, join, normalize} from "node:path";
import {chromium} from "playwright-core";

export const site = process.env.SITE;
const types = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json", ".wasm": "application/wasm"};

// serve serves the site below a path, as a host may do.
export async function serve(below = "/some/path/") {
  const server = createServer((request, reply) => {
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let file = join(site, normalize(name.slice(below.length - 1)));
    if (name.startsWith(below) && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!name.startsWith(below) || !existsSync(file)) return reply.writeHead(404).end();
    reply.writeHead(200, {"Content-Type": types[extname(file)] ?? "application/octet-stream"});
    createReadStream(file).pipe(reply);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {address: `http://127.0.0.1:${server.address().port}${below}`, close: () => server.close()};
}

export async function launch() {
  return chromium.launch({executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"]});
}

// open opens a page, and records the addresses that it requests. The returned function fails if the page requested something of
// another origin or reported an error.
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({viewport: {width: 1440, height: 900}, ...options});
  const page = await context.newPage();
  const faults = [], requests = [], origin = address.startsWith("file:") ? "file://" : new URL(address).origin;
  page.on("request", (request) => {
    requests.push(request.method() + " " + request.url());
    if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(origin)) faults.push("request to " + request.url());
  });
  page.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.goto(address);
  const close = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return {page, close, requests};
}

// looks are how a page is looked at.
export const looks = {
  "wide-light": {viewport: {width: 1440, height: 900}, colorScheme: "light"},
  "wide-dark": {viewport: {width: 1440, height: 900}, colorScheme: "dark"},
  "phone-light": {viewport: {width: 390, height: 844}, colorScheme: "light"},
  "phone-dark": {viewport: {width: 390, height: 844}, colorScheme: "dark"},
};

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// accessible fails if axe finds something serious. axe is put into the page, so the page has to be opened with bypassCSP.
export async function accessible(page, path) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  assert.deepEqual(grave.map((one) => `${path}: ${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`), []);
}

// shot keeps a picture, if somebody wants to look at it.
export async function shot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, {recursive: true});
  await page.screenshot({path: join(process.env.SHOTS, name + ".png")});
}
