// Single keys, and keys one after the other ("g c"), whenever no text is being typed.
import { onAction } from "./page.js";
import { openPalette } from "./palette.js";
import { toggleSidebar } from "./theme.js";

const PATIENCE = 900;
const help = document.getElementById("shortcuts");
const sequences = new Map([...document.querySelectorAll("a[data-go]")].map((link) => [link.dataset.go, link.href]));
let typed = "";
let since = 0;

function showShortcuts() {
  document.querySelector("dialog[open]")?.close();
  help?.showModal();
  help?.dispatchEvent(new Event("opened"));
}

onAction("show-shortcuts", showShortcuts);
help?.addEventListener("click", (event) => event.target === help && help.close());

function step(by) {
  const links = [...document.querySelectorAll("#main :is(.row-link, .task-title[href])")];
  const here = links.findIndex((link) => link.closest("tr, li")?.contains(document.activeElement));
  links[Math.max(0, Math.min(links.length - 1, here + by))]?.focus();
}

const single = {
  "?": showShortcuts,
  "/": () => (document.querySelector("#main [data-shortcut='/']") ?? { focus: openPalette }).focus(),
  "[": () => document.body.classList.contains("shell") && toggleSidebar(),
  j: () => step(1),
  k: () => step(-1),
  e: () => document.querySelector("#main [data-shortcut='e']")?.click(),
  x: () => document.activeElement.closest("#main tr")?.querySelector(".pick")?.click(),
};

// What lies over the page goes first, by the browser's own doing.
function leaveSelection() {
  if (document.querySelector("dialog[open], :popover-open")) return;
  document.querySelector(".bulk-bar:not([hidden]) [data-action='clear-selection']")?.click();
}

function follow(key) {
  typed = typed && performance.now() - since < PATIENCE ? `${typed} ${key}` : key;
  since = performance.now();
  const href = sequences.get(typed) ?? sequences.get(key);
  if (!href) return false;
  typed = "";
  location.assign(href);
  return true;
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (event.key === "Escape" && event.target.matches("[data-shortcut='/']") && !event.target.value)
    return event.target.blur();
  const busy = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (
    busy ||
    event.target.closest(
      "input:not([type='checkbox']), textarea, select, [contenteditable], dialog, [popover]:popover-open",
    )
  )
    return;
  if (event.key === "Escape") return leaveSelection();
  if (follow(event.key)) return event.preventDefault();
  const run = single[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});
