// What an operator does with the pages of a running server.
import assert from "node:assert/strict";
import {spawn} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {accessible, launch, looks, open, shot} from "./harness.js";

const markup = "<script>document.title = 'broken'</script><img src=x onerror=alert(1)>";
let browser, server;

// start starts a server with a configuration of its own, on a free port.
async function start() {
  const folder = mkdtempSync(join(tmpdir(), "board-")), config = join(folder, "winpolicy.yaml");
  writeFileSync(config, "apiVersion: winpolicy/v1alpha1\nplatform: aks\nrules:\n  host-network: {severity: warn}\n  toleration: {enabled: false}\n");
  const child = spawn(process.env.WINPOLICY, ["serve", "--addr", "127.0.0.1:0", "--config", config, "--rescan", "1s"], {stdio: ["ignore", "pipe", "ignore"]});
  const line = await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => resolve(String(text)));
    child.on("exit", (code) => reject(new Error("serve ended with " + code)));
  });
  const [, address, revision] = /serving (http:\/\/[^/]+)\/\S+, revision (\w+)/.exec(line);
  return {
    address, revision, reject: () => writeFileSync(config, "apiVersion: winpolicy/v1alpha1\nplatfrom: aks\n"),
    stop: () => { child.removeAllListeners("exit"); child.kill(); rmSync(folder, {recursive: true}); },
  };
}

// report posts what OPA's status plugin would.
async function report(id, revision, extra = {}, labels = {}) {
  const bundles = {windows: {active_revision: revision, last_successful_activation: new Date().toISOString(), ...extra}};
  const reply = await fetch(server.address + "/status", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({labels: {id, version: "1.22.4", ...labels}, bundles}),
  });
  assert.equal(reply.status, 204);
}

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => { await browser?.close(); server?.stop(); });

test("a server without agents says how they report", async () => {
  const {page, close} = await open(browser, server.address + "/");
  await page.locator("text=No agent has reported").waitFor();
  assert.match(await page.textContent(".facts"), new RegExp(server.revision.slice(0, 12)));
  await shot(page, "board-empty");
  await close();
});

test("the first page names who is behind and who fails, and writes no markup of theirs", async () => {
  for (let i = 0; i < 47; i++) await report(`agent-${String(i).padStart(2, "0")}`, server.revision, {}, {cluster: i % 2 ? "east" : "west"});
  await report("agent-old", "0123456789abcdef0123456789abcdef", {}, {cluster: "east"});
  await report("agent-key", "", {code: "bundle_error", message: "bundle signature verification failed: verify " + markup}, {cluster: "west"});
  await report(markup + "\u202egpj", server.revision, {}, {[markup]: markup});
  const {page, close} = await open(browser, server.address + "/");
  await page.locator("text=48 of 50 agents run the revision that is served.").waitFor();
  assert.match(await page.getAttribute(".share", "aria-label"), /48 run the revision that is served, 1 run another revision, 1 run none/);
  assert.equal(await page.locator(".share rect").count(), 3);
  assert.match(await page.textContent("#failing + .findings"), /agent-key.*bundle_error.*verification failed/s);
  const rows = await page.locator("#all ~ .scroll tbody").first().locator("tr").allTextContents();
  assert.equal(rows.length, 50);
  assert.match(rows[0], /agent-key/);
  assert.match(rows[1], /agent-old.*0123456789ab.*not current/s);
  assert.match(await page.title(), /^Fleet/);
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.match(await page.textContent("main"), /u\{202e\}gpj/);
  await shot(page, "board-fleet");
  await close();
});

test("an agent is found by a label and by its state, by keyboard alone", async () => {
  const {page, close} = await open(browser, server.address + "/", {javaScriptEnabled: false});
  for (const [query, count] of [["cluster=east", 24], ["failing", 1], [markup, 2], ["nothing-like-it", 0]]) {
    await page.focus("#q");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(query);
    await page.keyboard.press("Enter");
    await page.locator(`text=/^${count} agents? match/`).waitFor();
    await page.waitForLoadState(); // until then the fragment of the address can take the focus away
    assert.equal(await page.inputValue("#q"), query);
  }
  await close();
});

test("rules are searched, and a rule's page tells its setting and leads to a trial", async () => {
  const {page, close} = await open(browser, server.address + "/rules/");
  assert.ok(await page.locator(".rules li").count() > 50);
  assert.match(await page.locator(".rules li", {hasText: "toleration"}).first().textContent(), /off/);
  await page.fill("#q", "hostNetwork");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=hostNetwork/);
  await page.click(".rules >> text=host-network");
  await page.locator("text=the rule is on. Its findings are warn.").waitFor();
  await shot(page, "board-rule");
  await page.click("text=Try this manifest >> nth=0");
  await page.waitForURL(/\/try\?/);
  assert.match(await page.inputValue("#manifest"), /kind: /);
  await page.goto(server.address + "/rules/no-such-rule/").catch(() => {});
  assert.match(await page.textContent("main"), /No rule with this id is served/);
  await page.goto("about:blank");
  await close().catch((error) => assert.match(String(error), /404/)); // Chromium reports the status
});

test("a manifest is pasted and judged by the configuration that is served", async () => {
  const {page, close} = await open(browser, server.address + "/try");
  const manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  os: {name: windows}\n  hostNetwork: true\n  hostPID: true\n  containers: [{name: a, image: 'a'}]\n# <script>alert(1)</script>\n";
  await page.fill("#manifest", manifest);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("#verdict").waitFor();
  const findings = await page.locator("#result > .findings li").allTextContents();
  assert.ok(findings.some((text) => /Line 7\s+deny\s+host-namespaces/.test(text)), findings.join("\n"));
  assert.ok(findings.some((text) => /Line 6\s+warn\s+host-network/.test(text)), findings.join("\n"));
  assert.ok(!findings.some((text) => /toleration/.test(text)));
  assert.equal(await page.inputValue("#manifest"), manifest);
  assert.match(await page.getAttribute("#L7", "class"), /deny/);
  await page.click("#result >> text=Line 7");
  assert.equal(await page.evaluate(() => document.querySelector(":target").id), "L7");
  await shot(page, "board-try");
  await page.fill("#manifest", "a: [\n");
  await page.click(".judge button");
  await page.locator(".rejected", {hasText: "Line"}).waitFor();
  await close();
});

test("a rejected change is shown with its reason", async () => {
  server.reject();
  let found;
  for (let i = 0; i < 100 && !found; i++) {
    found = (await (await fetch(server.address + "/fleet")).json()).sources.some((one) => one.error);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const {page, close} = await open(browser, server.address + "/");
  assert.match(await page.textContent(".rejected"), /last change of the bundle was rejected.*winpolicy\.yaml:2.*platfrom/s);
  await shot(page, "board-rejected");
  await close();
});

for (const [name, options] of Object.entries(looks)) {
  test(`the server's pages fit, and axe finds nothing serious: ${name}`, async () => {
    for (const path of ["/", "/rules/", "/rules/host-process/", "/try"]) {
      const {page, close} = await open(browser, server.address + path, {...options, bypassCSP: true});
      if (path === "/try") {
        await page.click(".judge button");
        await page.locator("#verdict").waitFor();
        await page.waitForLoadState(); // with its style
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${path} is ${width} px wide`);
      await shot(page, `board-${name}${path.replaceAll("/", "-")}`);
      await accessible(page, path);
      await close();
    }
  });
}
