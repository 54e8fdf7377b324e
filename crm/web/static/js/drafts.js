// Keeps what is typed in a form[data-draft] in this browser until it is saved, so that a crash or a lost
// connection costs nothing. The key names user, record and version: a saved record's old draft never comes back.
import { text } from "./page.js";
import { toast } from "./toasts.js";

const PREFIX = "draft:";
const MONTH = 30 * 24 * 3600 * 1000;
const form = document.querySelector("form[data-draft]");
const key = form && PREFIX + form.dataset.draft;
let changed = false;

const worthKeeping = (field) =>
  field.name && !["password", "file", "hidden", "submit"].includes(field.type) && field.name !== "csrf_token";

function values() {
  const kept = {};
  for (const field of form.elements) {
    if (!worthKeeping(field)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) (kept[field.name] ??= []).push(field.value);
      else kept[field.name] ??= [];
    } else kept[field.name] = field.value;
  }
  return kept;
}

function fill(kept) {
  for (const field of form.elements) {
    if (!worthKeeping(field) || !(field.name in kept)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept[field.name].includes(field.value);
    else field.value = kept[field.name];
    field.dispatchEvent(new CustomEvent("draft:filled", { bubbles: true }));
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(extra = {}) {
  try {
    localStorage.setItem(key, JSON.stringify({ values: values(), at: Date.now(), ...extra }));
  } catch {
    // A full or forbidden store: the form works on without drafts.
  }
}

// A draft that was sent, on a page without its form: it has been saved. Very old ones go too.
function tidy() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX) || name === key) continue;
    const draft = read(name);
    if (!draft || draft.sent || Date.now() - draft.at > MONTH) localStorage.removeItem(name);
  }
}

function restore() {
  const draft = read(key);
  if (!draft || form.hasAttribute("data-answered")) return;
  const fresh = values();
  if (JSON.stringify(fresh) === JSON.stringify(draft.values)) return localStorage.removeItem(key);
  fill(draft.values);
  toast(text("draftRestored"), {
    action: {
      label: text("draftDiscard"),
      run: () => {
        localStorage.removeItem(key);
        fill(fresh);
      },
    },
  });
}

tidy();
if (form) {
  restore();
  let timer;
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(write, 300);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    if (changed || read(key)) write({ sent: true });
  });
  addEventListener("pagehide", () => changed && !read(key)?.sent && write());
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-discards-draft]") || !key) return;
  changed = false;
  localStorage.removeItem(key);
});

document.addEventListener("submit", (event) => {
  if (!event.target.action?.endsWith("/log-out") && !event.target.hasAttribute("data-clears-drafts")) return;
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
});
