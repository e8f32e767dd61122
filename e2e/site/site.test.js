// What a reader does with the pages of the site.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {pathToFileURL} from "node:url";
import {accessible, launch, looks, open, serve, shot, site} from "./harness.js";

let browser, server;
before(async () => { browser = await launch(); server = await serve(); });
after(async () => { await browser?.close(); server?.close(); });

test("search finds a rule by its symptom, by keyboard alone", async () => {
  const {page, close} = await open(browser, server.address + "index.html");
  await page.keyboard.press("/");
  await page.keyboard.type("hostProcess containers are disallowed");
  await page.waitForSelector("#results li[aria-selected=true]");
  await shot(page, "search");
  await page.keyboard.press("Enter");
  await page.waitForURL(/rules\/host-process\/index\.html/);
  await close();
});

test("search says that nothing is found, and writes no markup", async () => {
  const {page, close} = await open(browser, server.address + "rules/index.html");
  await page.fill("#search", "<img src=x onerror=alert(1)>zzz");
  await page.waitForSelector("text=Nothing found");
  assert.equal(await page.locator("#results img").count(), 0);
  await close();
});

test("filters leave the rules that fit", async () => {
  const {page, close} = await open(browser, server.address + "rules/index.html");
  const all = await page.locator(".rules li:visible").count();
  assert.ok(all > 50);
  await page.selectOption("[name=category]", "placement");
  const placement = await page.locator(".rules li:visible").count();
  assert.ok(placement > 0 && placement < all);
  await page.selectOption("[name=severity]", "deny");
  await page.selectOption("[name=platform]", "aks");
  assert.ok(await page.locator(".rules li:visible").count() < placement);
  await page.selectOption("[name=category]", "");
  await page.selectOption("[name=severity]", "");
  await page.selectOption("[name=platform]", "");
  await page.fill("[name=field]", "hostNetwork");
  assert.ok((await page.locator(".rules li:visible a").allTextContents()).includes("host-network"));
  await page.fill("[name=field]", "");
  await page.fill("[name=symptom]", "untolerated taint");
  assert.ok((await page.locator(".rules li:visible a").allTextContents()).includes("toleration"));
  assert.match(await page.textContent(".count"), /^\d+ rules?$/);
  await close();
});

test("every page can be read without script", async () => {
  const {page, close} = await open(browser, server.address + "index.html", {javaScriptEnabled: false});
  assert.ok(await page.locator("h1").isVisible());
  assert.ok(!await page.locator(".search").isVisible());
  await page.click("nav >> text=All rules");
  assert.ok(!await page.locator(".filters").isVisible());
  await page.click("text=host-network");
  await page.locator("text=What to do").waitFor();
  await page.click("nav >> text=Playground");
  await page.locator("noscript .message").waitFor();
  await page.locator("#prepared .findings li").first().waitFor();
  await close();
});

test("search works from a folder", async () => {
  const {page, close} = await open(browser, pathToFileURL(site + "/index.html").href);
  await page.fill("#search", "gmsa");
  await page.waitForSelector("#results a");
  await close();
});

test("the first Tab leads to the content", async () => {
  const {page, close} = await open(browser, server.address + "ci.html");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  await close();
});

const pages = ["index.html", "rules/index.html", "rules/host-process/index.html", "playground.html", "data.html", "fields.html", "symptoms.html", "configuration.html", "benchmarks.html", "decisions/index.html"];
for (const [name, options] of Object.entries(looks)) {
  test(`pages fit, and axe finds nothing serious: ${name}`, async () => {
    for (const path of pages) {
      const {page, close} = await open(browser, server.address + path, {...options, bypassCSP: true});
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${path} is ${width} px wide`);
      await shot(page, name + "-" + path.replace("/index.html", "").replace(".html", "").replaceAll("/", "-"));
      await accessible(page, path);
      await close();
    }
  });
}

test("light and dark differ", async () => {
  const colours = [];
  for (const colorScheme of ["light", "dark"]) {
    const {page, close} = await open(browser, server.address + "index.html", {colorScheme});
    colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await close();
  }
  assert.notEqual(colours[0], colours[1]);
});
