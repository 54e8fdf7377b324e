// Keeps what is typed in each form[data-draft] in this browser until it is saved, so that a crash or a lost
// connection costs nothing. The key names user, record and version: a saved record's old draft never comes back.
// Drafts go when their writer logs out, and when somebody else logs in; a page that is still open brings none back.
import { text } from "./page.js";
import { toast } from "./toasts.js";

const PREFIX = "draft:";
const WRITER = "drafts-of";
const reader = document.querySelector('meta[name="reader"]')?.content ?? "";
const MONTH = 30 * 24 * 3600 * 1000;

const worthKeeping = (field) =>
  field.name && !["password", "file", "hidden", "submit"].includes(field.type) && field.name !== "csrf_token";

function values(form) {
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

function fill(form, kept) {
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

class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.draft;
    this.changed = false;
  }

  write(extra = {}) {
    try {
      if (localStorage.getItem(WRITER) !== reader) return;
      localStorage.setItem(this.key, JSON.stringify({ values: values(this.form), at: Date.now(), ...extra }));
    } catch {
      // A full or forbidden store: the form works on without drafts.
    }
  }

  drop() {
    clearTimeout(this.timer);
    this.changed = false;
    localStorage.removeItem(this.key);
  }

  // Whether something was filled in again.
  restore() {
    const draft = read(this.key);
    if (!draft || this.form.hasAttribute("data-answered")) return false;
    this.fresh = values(this.form);
    if (JSON.stringify(this.fresh) === JSON.stringify(draft.values)) {
      localStorage.removeItem(this.key);
      return false;
    }
    fill(this.form, draft.values);
    this.form.dataset.restored = "";
    return true;
  }

  discard() {
    this.drop();
    fill(this.form, this.fresh);
  }

  keep() {
    this.form.addEventListener("input", () => {
      this.changed = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.write(), 300);
    });
    // A fragment's form stays on its page and hears whether it was saved; any other leaves with the page.
    if (this.form.hasAttribute("hx-post")) {
      this.form.addEventListener("htmx:afterRequest", (event) => {
        const { successful, xhr } = event.detail;
        if (event.target === this.form && successful && xhr.status < 400) this.drop();
      });
    } else {
      this.form.addEventListener("submit", () => {
        clearTimeout(this.timer);
        if (this.changed || read(this.key)) this.write({ sent: true });
      });
    }
    addEventListener("pagehide", () => this.changed && !read(this.key)?.sent && this.write());
  }
}

const drafts = [...document.querySelectorAll("form[data-draft]")].map((form) => new Draft(form));

function forget(unless = () => false) {
  for (const name of Object.keys(localStorage))
    if (name.startsWith(PREFIX) && !unless(name)) localStorage.removeItem(name);
}

// After a session that ran out the same person finds their drafts again, and nobody else does.
function claim() {
  if (!reader) return;
  forget((name) => name.startsWith(`${PREFIX}user-${reader}:`));
  try {
    localStorage.setItem(WRITER, reader);
  } catch {
    // A full or forbidden store: there will be no drafts.
  }
}

// A draft that was sent, on a page without its form: it has been saved. Very old ones go too.
function tidy() {
  const here = new Set(drafts.map((draft) => draft.key));
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX) || here.has(name)) continue;
    const draft = read(name);
    if (!draft || draft.sent || Date.now() - draft.at > MONTH) localStorage.removeItem(name);
  }
}

claim();
tidy();
const restored = drafts.filter((draft) => draft.restore());
if (restored.length) {
  const discard = () => restored.forEach((draft) => draft.discard());
  toast(text("draftRestored"), { action: { label: text("draftDiscard"), run: discard } });
}
for (const draft of drafts) draft.keep();

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-discards-draft]")?.closest("form");
  drafts.find((draft) => draft.form === form)?.drop();
});

document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-clears-drafts")) return;
  localStorage.removeItem(WRITER);
  forget();
});
