// Ctrl/⌘-K: one box over everything. The server finds records; the standing commands are filtered here.
import { onAction } from "./page.js";

const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const found = document.getElementById("palette-found");
const commands = palette?.querySelector(".palette-commands");

const options = () => [...palette.querySelectorAll('[role="option"]:not([hidden])')];
// What is offered in case nothing else fits is not what Enter takes first.
const first = () => options().find((option) => !("last" in option.dataset)) ?? options()[0];
const selected = () => palette.querySelector('[role="option"][aria-selected="true"]');

function select(option) {
  for (const other of palette.querySelectorAll('[aria-selected="true"]')) other.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function filterCommands() {
  const wanted = input.value.trim().toLocaleLowerCase();
  let left = 0;
  for (const command of commands.querySelectorAll('[role="option"]')) {
    command.hidden = !command.dataset.words.toLocaleLowerCase().includes(wanted);
    left += command.hidden ? 0 : 1;
  }
  commands.hidden = left === 0;
}

export function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  palette.dispatchEvent(new Event("opened"));
  input.select();
  filterCommands();
  select(first());
}

function move(step) {
  const all = options();
  if (all.length) select(all[(all.indexOf(selected()) + step + all.length) % all.length]);
}

if (palette) {
  onAction("open-palette", openPalette);
  onAction("close-palette", () => palette.close());

  input.addEventListener("input", () => {
    filterCommands();
    if (!input.value.trim()) found.replaceChildren();
    select(first());
  });
  found.addEventListener("htmx:afterSwap", () => select(first()));
  commands.addEventListener("htmx:afterSwap", () => {
    filterCommands();
    if (!selected()) select(first());
  });

  palette.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && selected()) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) window.open(selected().href, "_blank", "noopener");
      else selected().click();
    }
  });
  palette.addEventListener("pointermove", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option && option !== selected()) select(option);
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette || event.target.closest("button[role=option]")) palette.close();
  });
}
