"use strict";
// The page of the playground. The texts stay in the page: a link carries them behind #, which browsers do not send.
const byId = (id) => document.getElementById(id);
const box = document.querySelector(".playground"), manifest = byId("manifest"), settings = byId("config"), platform = byId("platform");
const max = Number(box.dataset.max), patience = 30000;
let worker = null, asked = 0, timer = 0, report = null;
const waiting = new Map();

// make makes an element with a class and a text. Texts are never read as markup.
function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function say(text) { byId("state").textContent = text; }

// ask hands a question to the worker, and starts it the first time. A question without an answer in time ends the worker.
function ask(question) {
  if (!worker) {
    say("Loading the rules (5 to 8 MB) …");
    try { worker = new Worker("assets/worker.js"); } catch { return Promise.resolve({error: "Open this page from a web server; a browser runs no program from a folder."}); }
    worker.onmessage = ({data}) => {
      waiting.get(data.id)?.(data.answer);
      if (data.broken) stop();
    };
    worker.onerror = () => stop("The program of the playground cannot be loaded. Open this page from a web server, not from a folder.");
  }
  return new Promise((resolve) => {
    const id = ++asked, late = setTimeout(() => stop("There was no answer in " + patience / 1000 + " seconds. Check a smaller manifest."), patience);
    waiting.set(id, (answer) => { clearTimeout(late); waiting.delete(id); resolve(answer); });
    worker.postMessage({id, question});
  });
}

function stop(why) {
  worker?.terminate();
  worker = null;
  for (const answer of [...waiting.values()]) answer({error: why || "The playground stopped. Press Check to start it again."});
}

const question = (fix) => ({manifest: manifest.value, config: settings.value, platform: platform.value, fix});

// check judges the text. Only the answer to the last question is shown.
async function check(fix) {
  clearTimeout(timer);
  const mine = question(fix);
  if (new Blob([mine.manifest]).size > max || new Blob([mine.config]).size > max) return show({error: "The text is larger than " + max / 1024 + " KiB. Paste a part of it."});
  if (worker) say("Checking …");
  const answer = await ask(mine);
  if (fix && !answer.error && manifest.value === mine.manifest) {
    manifest.value = answer.manifest ?? "";
    numbers();
  } else if (manifest.value !== mine.manifest || settings.value !== mine.config || platform.value !== mine.platform) return;
  show(answer);
  if (fix && !answer.error) say(answer.fixed === 1 ? "1 finding repaired." : (answer.fixed || 0) + " findings repaired.");
}

function later() {
  numbers();
  clearTimeout(timer);
  timer = setTimeout(() => check(false), 400);
}

// numbers writes the numbers of the lines, with the gravest severity of each.
function numbers() {
  const levels = new Map();
  for (const one of report ? visible() : []) if (!levels.has(one.line) || one.severity === "deny" || one.severity === "warn" && levels.get(one.line) === "note") levels.set(one.line, one.severity);
  const count = manifest.value.split("\n").length, gutter = byId("lines");
  gutter.replaceChildren(...Array.from({length: count}, (_, i) => make("div", levels.get(i + 1), String(i + 1))));
  gutter.scrollTop = manifest.scrollTop;
}

const visible = () => report.violations.filter((one) => byId("notes").checked || one.severity !== "note");

function show(answer) {
  say("");
  const list = byId("findings");
  list.replaceChildren(); // the prepared verdict goes too
  report = answer.report || null;
  if (answer.error) {
    byId("summary").textContent = "";
    const problem = make("p", "message", answer.error);
    problem.setAttribute("role", "alert");
    list.append(problem);
    return numbers();
  }
  const sum = report.summary, count = (n, one, many) => n + " " + (n === 1 ? one : many);
  byId("summary").textContent = count(sum.objects, "object", "objects") + ": " + sum.deny + " denied, " + count(sum.warn, "warning", "warnings") + ", " + count(sum.note, "note", "notes") +
    (sum.excepted ? ", " + count(sum.excepted, "exception", "exceptions") : "");
  const items = make("ul", "findings");
  for (const one of report.errors) items.append(entry("deny", one.line, "error", one.message));
  for (const one of visible()) items.append(finding(one));
  for (const one of report.diagnostics) items.append(entry("plain", one.line, "diagnostic", one.message));
  if (items.children.length) list.append(items);
  else list.append(make("p", "", sum.objects ? "No finding." : "There is no Kubernetes object in this text."));
  numbers();
}

function entry(name, line, level, text) {
  const item = make("li", name);
  if (line) {
    const where = make("button", "where", "line " + line);
    where.type = "button";
    where.onclick = () => select(line);
    item.append(where, " ");
  }
  item.append(make("span", "level", level), " ", text);
  return item;
}

function finding(one) {
  const item = entry(one.severity, one.line, one.severity, one.message.replace(" (" + one.rule + ")", ""));
  item.append(make("span", "because", one.object.kind + " " + one.object.name + ": " + one.because));
  const actions = make("div", "actions"), about = make("a", "", one.rule);
  about.href = "rules/" + encodeURIComponent(one.rule) + "/index.html";
  actions.append(about);
  if (one.edits?.length) {
    const button = make("button", "apply", "Apply fix");
    button.type = "button";
    button.setAttribute("aria-label", "Apply the fix of " + one.rule + " at line " + one.line);
    button.onclick = () => apply(one.edits);
    actions.append(button);
  }
  item.append(actions);
  return item;
}

// apply replaces lines of the manifest, the last ones first, so that the numbers of the others stay right.
function apply(edits) {
  const lines = manifest.value.match(/[^\n]*\n|[^\n]+$/g) || [];
  for (const one of [...edits].sort((a, b) => b.line - a.line)) {
    if (one.line - 1 >= lines.length && lines.length && !lines[lines.length - 1].endsWith("\n")) lines[lines.length - 1] += "\n";
    lines.splice(one.line - 1, one.endLine - one.line, one.text);
  }
  manifest.value = lines.join("");
  numbers();
  manifest.focus();
  check(false);
}

function select(line) {
  const lines = manifest.value.split("\n"), begin = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  manifest.focus();
  manifest.setSelectionRange(begin, begin + (lines[line - 1] || "").length);
  manifest.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(manifest).lineHeight));
}

const coded = (bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return coded(new Uint8Array(await new Response(stream).arrayBuffer()));
}

// unpack reads a text of a link. It stops at the size that the playground takes, because a short link can hold a long text.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > max) throw new Error("too long");
    parts.push(next.value);
  }
  return new Blob(parts).text();
}

async function share() {
  const values = new URLSearchParams({m: await pack(manifest.value)});
  if (settings.value.trim()) values.set("c", await pack(settings.value));
  if (platform.value) values.set("p", platform.value);
  history.replaceState(null, "", "#" + values);
  try { await navigator.clipboard.writeText(location.href); say("The link is copied. It carries the manifest."); } catch { say("The link is in the address bar. It carries the manifest."); }
}

// open reads the texts of the address, if it has some, and checks them.
async function open() {
  const values = new URLSearchParams(location.hash.slice(1));
  if (!values.has("m")) return;
  try {
    manifest.value = await unpack(values.get("m"));
    settings.value = values.has("c") ? await unpack(values.get("c")) : "";
  } catch {
    return show({error: "The link cannot be read. It may be cut, or its text is too long."});
  }
  byId("settings").open = settings.value !== "";
  platform.value = [...platform.options].some((one) => one.value === values.get("p")) ? values.get("p") : "";
  numbers();
  await check(false);
}

// begin shows the prepared verdict, for which nothing is loaded.
function begin() {
  box.hidden = false;
  byId("summary").textContent = document.querySelector("#prepared .summary")?.textContent ?? "";
  byId("findings").append(byId("prepared"));
  document.querySelector("#prepared .summary")?.remove();
  const marks = [...document.querySelectorAll("#prepared li")].map((item) => ({line: Number(item.dataset.line), severity: item.dataset.severity}));
  report = {violations: marks};
  byId("notes").checked = true;
  numbers();
}

manifest.addEventListener("input", later);
settings.addEventListener("input", later);
platform.addEventListener("change", () => check(false));
manifest.addEventListener("scroll", () => { byId("lines").scrollTop = manifest.scrollTop; });
byId("check").addEventListener("click", () => check(false));
byId("fix").addEventListener("click", () => check(true));
byId("share").addEventListener("click", share);
byId("notes").addEventListener("change", () => { if (report?.summary) show({report}); });
window.addEventListener("hashchange", open);
begin();
open();
