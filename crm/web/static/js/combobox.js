// Finds one record as you type: the visible text is for people, the hidden field holds the id.
import { text } from "./page.js";

// `made` holds the name of a record that does not exist yet, where one may be created.
const partsOf = (box) => ({
  input: box.querySelector('[role="combobox"]'),
  hidden: box.querySelector('input[type="hidden"]:not([data-new])'),
  made: box.querySelector("input[data-new]"),
  list: box.querySelector('[role="listbox"]'),
});

// What is chosen, with its words: for a draft.
export function pickedIn(box) {
  const { input, hidden, made } = partsOf(box);
  const chosen = Boolean(hidden.value || made?.value);
  return { id: hidden.value, made: made?.value ?? "", label: chosen ? input.value : "" };
}

export function pick(box, picked) {
  const { input, hidden, made } = partsOf(box);
  hidden.value = picked.id;
  if (made) made.value = picked.made;
  input.value = picked.label;
  input.dataset.chosen = picked.label;
}

// Whether something is typed that is no choice yet: Enter must not save the form without it.
function isOpen(box) {
  const { id, made } = pickedIn(box);
  return Boolean(partsOf(box).input.value.trim()) && !id && !made;
}

function close(box) {
  const { input, list } = partsOf(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(box, option) {
  const { input, list } = partsOf(box);
  for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
  if (!option) return;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function choose(box, option) {
  const { input, hidden, made } = partsOf(box);
  hidden.value = option.dataset.value;
  if (made) made.value = option.dataset.new ?? "";
  input.value = option.dataset.label;
  input.dataset.chosen = option.dataset.label;
  close(box);
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

async function search(box) {
  const { input, list } = partsOf(box);
  const asked = input.value;
  const address = new URL(box.dataset.source, location.href);
  address.searchParams.set("q", asked);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || input.value !== asked || document.activeElement !== input) return;
  list.innerHTML = await answer.text();
  list.querySelectorAll('[role="option"]').forEach((option, index) => {
    option.id = `${list.id}-${index}`;
    option.setAttribute("aria-selected", "false");
  });
  if (!list.children.length) {
    const none = document.createElement("li");
    none.className = "option muted";
    none.textContent = text("noResults");
    list.append(none);
  }
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
}

// What htmx brings in is parsed as if there were no scripts: its fields for readers without them would be sent, too.
export function enhance(root) {
  for (const hidden of root.querySelectorAll("noscript")) hidden.remove();
}

const timers = new WeakMap();

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-combobox]");
  if (!box || event.target.type === "hidden") return;
  const { input, hidden, made } = partsOf(box);
  if (input.value === input.dataset.chosen) return;
  hidden.value = "";
  if (made) made.value = "";
  clearTimeout(timers.get(box));
  timers.set(
    box,
    setTimeout(() => search(box), 150),
  );
});

document.addEventListener("focusin", (event) => {
  const box = event.target.closest?.("[data-combobox]");
  if (!box) return;
  const { input } = partsOf(box);
  input.dataset.chosen ??= input.value;
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-combobox]");
  if (!box) return;
  const { list } = partsOf(box);
  const options = [...list.querySelectorAll('[role="option"]')];
  const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" && list.hidden) search(box);
  else if (event.key === "ArrowDown") mark(box, options[Math.min(here + 1, options.length - 1)]);
  else if (event.key === "ArrowUp") mark(box, options[Math.max(here - 1, 0)]);
  else if (event.key === "Enter" && !list.hidden && options[here]) choose(box, options[here]);
  else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && isOpen(box)) search(box);
  else if (event.key === "Escape" && !list.hidden) close(box);
  else return;
  event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.('[data-combobox] [role="option"]');
  if (!option) return;
  event.preventDefault();
  choose(option.closest("[data-combobox]"), option);
});

// Text that names no record is not kept: it would look chosen and be saved as nothing.
document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("[data-combobox]");
  if (!box) return;
  const { input, hidden, made } = partsOf(box);
  close(box);
  if (!hidden.value && !made?.value) {
    input.value = "";
    input.dataset.chosen = "";
  }
});
