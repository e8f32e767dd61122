"use strict";
// Search and filters. Without this script every page can be read; only these two are missing.
const root = document.currentScript.dataset.root;

// words splits a text into lower-case words.
const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

// rank gives how well a section matches all words; 0 if it lacks one.
function rank(entry, wanted) {
  const title = entry.t.toLowerCase(), head = entry.h.toLowerCase(), text = entry.x.toLowerCase();
  let sum = 0;
  for (const word of wanted) {
    const score = (title.startsWith(word) ? 30 : title.includes(word) ? 12 : 0) + (head.includes(word) ? 8 : 0) + (text.includes(word) ? 2 : 0);
    if (!score) return 0;
    sum += score;
  }
  if (text.includes(wanted.join(" "))) sum += 6;
  return sum + (entry.h ? 0 : 1) + (entry.p.startsWith("rules/") ? 3 : 0);
}

function search() {
  const form = document.querySelector(".search"), box = form.querySelector("input"), list = document.getElementById("results");
  let selected = -1, loading = false;
  form.hidden = false;
  const load = () => {
    if (loading) return;
    loading = true;
    const script = document.createElement("script");
    script.src = root + "assets/search-index.js";
    script.onload = show;
    document.head.append(script);
  };
  const mark = (index) => {
    const items = [...list.children];
    selected = items.length ? (index + items.length) % items.length : -1;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === selected)));
    if (selected >= 0) {
      items[selected].scrollIntoView({block: "nearest"});
      box.setAttribute("aria-activedescendant", items[selected].id);
    } else box.removeAttribute("aria-activedescendant");
  };
  const close = () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); };
  function show() {
    const wanted = words(box.value);
    list.replaceChildren();
    if (!wanted.length || !window.searchIndex) return close();
    const found = window.searchIndex.map((entry) => [rank(entry, wanted), entry]).filter(([score]) => score > 0);
    found.sort((a, b) => b[0] - a[0]);
    for (const [i, [, entry]] of found.slice(0, 12).entries()) {
      const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("small");
      item.id = "result-" + i;
      item.setAttribute("role", "option");
      link.href = root + entry.p;
      link.tabIndex = -1;
      link.textContent = entry.h ? entry.t + " › " + entry.h : entry.t;
      text.textContent = snippet(entry.x, wanted[0]);
      link.append(text);
      item.append(link);
      list.append(item);
    }
    if (!found.length) {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      item.textContent = "Nothing found";
      list.append(item);
    }
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  }
  box.addEventListener("focus", load);
  box.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { mark(selected + (event.key === "ArrowDown" ? 1 : -1)); event.preventDefault(); }
    if (event.key === "Escape") { box.value = ""; close(); }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const link = list.children[selected]?.querySelector("a");
    if (link) location.href = link.href;
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { box.focus(); event.preventDefault(); }
  });
}

// snippet gives the part of a text around a word.
function snippet(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  return (at ? "…" : "") + text.slice(at, at + 140);
}

function filters() {
  const form = document.querySelector(".filters");
  if (!form) return;
  form.hidden = false;
  const apply = () => {
    let count = 0;
    for (const section of document.querySelectorAll(".category")) {
      let shown = 0;
      for (const item of section.querySelectorAll("li")) {
        const has = (name) => (" " + item.dataset[name].toLowerCase() + " ");
        const one = (name) => !form.elements[name].value || has(name).includes(" " + form.elements[name].value + " ");
        const all = (name) => words(form.elements[name].value).every((word) => has(name).includes(word));
        const fits = (!form.elements.category.value || form.elements.category.value === section.dataset.category) &&
          one("severity") && one("platform") && all("field") && all("symptom");
        item.hidden = !fits;
        shown += fits;
      }
      section.hidden = !shown;
      count += shown;
    }
    form.querySelector(".count").textContent = count === 1 ? "1 rule" : count + " rules";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}

search();
filters();
