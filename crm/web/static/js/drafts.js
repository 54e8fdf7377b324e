// Keeps what is typed in each form[data-draft] in this browser until it is saved, so that a crash or a lost
// connection costs nothing. The key names user, record and version: a saved record's old draft never comes back.
// Drafts go when their writer logs out, and when somebody else logs in; a page that is still open brings none back.
import { pick, pickedIn } from "./combobox.js";
import { moment } from "./formats.js";

const PREFIX = "draft:";
const PICKED = "picked:";
const WRITER = "drafts-of";
const reader = document.querySelector('meta[name="reader"]')?.content ?? "";
const MONTH = 30 * 24 * 3600 * 1000;

const worthKeeping = (field) =>
  field.name && !["password", "file", "hidden", "submit"].includes(field.type) && field.name !== "csrf_token";

const nameOf = (box) => PICKED + box.querySelector('input[type="hidden"]').name;

function values(form) {
  const kept = {};
  for (const field of form.elements) {
    if (!worthKeeping(field)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) (kept[field.name] ??= []).push(field.value);
      else kept[field.name] ??= [];
    } else kept[field.name] = field.value;
  }
  for (const box of form.querySelectorAll("[data-combobox]")) kept[nameOf(box)] = pickedIn(box);
  return kept;
}

function fill(form, kept) {
  for (const field of form.elements) {
    if (!worthKeeping(field) || !(field.name in kept)) continue;
    const before = field.value;
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept[field.name].includes(field.value);
    else field.value = kept[field.name];
    if (field.value !== before) field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new CustomEvent("draft:filled", { bubbles: true }));
  }
  for (const box of form.querySelectorAll("[data-combobox]")) if (nameOf(box) in kept) pick(box, kept[nameOf(box)]);
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

const offer = document.getElementById("draft-offer");

class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.draft;
    this.changed = false;
  }

  // What was offered and not answered yet waits behind what is typed now.
  write(extra = {}) {
    const waiting = this.offered && { values: this.offered.values, at: this.offered.at };
    try {
      if (localStorage.getItem(WRITER) !== reader) return;
      localStorage.setItem(
        this.key,
        JSON.stringify({ values: values(this.form), at: Date.now(), earlier: waiting, ...extra }),
      );
    } catch {
      // A full or forbidden store: the form works on without drafts.
    }
  }

  drop() {
    clearTimeout(this.timer);
    this.changed = false;
    settle(this.key, this.offered);
  }

  // A draft is offered, never poured in: the form may be for something else by now.
  offer(draft = read(this.key)) {
    if (!draft || this.form.hasAttribute("data-answered")) return;
    if (JSON.stringify(values(this.form)) === JSON.stringify(draft.values)) {
      settle(this.key, draft.earlier);
      return;
    }
    this.offered = draft;
    this.form.dataset.offered = "";
    const bar = offer.content.cloneNode(true).firstElementChild;
    bar.querySelector("time").textContent = moment(draft.at);
    bar.querySelector('[data-draft-answer="restore"]').addEventListener("click", () => this.answer(bar, true));
    bar.querySelector('[data-draft-answer="discard"]').addEventListener("click", () => this.answer(bar, false));
    this.form.prepend(bar);
  }

  answer(bar, restore) {
    const { values: kept, earlier } = this.offered;
    bar.remove();
    this.offered = null;
    if (restore) {
      fill(this.form, kept);
      this.changed = true;
    } else if (earlier) this.offer(earlier);
    if (this.changed) this.write();
    else settle(this.key, this.offered);
    this.form.querySelector("textarea, .input")?.focus();
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

// The draft is done with: one that waits behind it takes its place.
function settle(key, waiting) {
  if (waiting) localStorage.setItem(key, JSON.stringify({ values: waiting.values, at: waiting.at }));
  else localStorage.removeItem(key);
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
    if (!draft || draft.sent || Date.now() - draft.at > MONTH) settle(name, draft?.earlier);
  }
}

claim();
tidy();
for (const draft of drafts) draft.offer();
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
