// Rows ticked in a [data-selection]: shift takes a range, the head's box takes the page, and the bar below can take
// all that match. The bar's form carries the ids as `id`, or `all=1` with the list's filters.
import { number } from "./formats.js";
import { onAction, text } from "./page.js";

let anchor = null;

const boxes = (area) => [...area.querySelectorAll("tbody .pick")];

function show(area) {
  const bar = document.querySelector(".bulk-bar");
  if (!bar) return;
  const all = boxes(area);
  const ticked = all.filter((box) => box.checked);
  const head = area.querySelector("thead .pick");
  head.checked = all.length > 0 && ticked.length === all.length;
  head.indeterminate = ticked.length > 0 && !head.checked;
  const everything = bar.querySelector('[name="all"]');
  if (!head.checked && everything) everything.disabled = true;
  const total = Number(bar.dataset.total ?? 0);
  bar.hidden = ticked.length === 0;
  bar.querySelector("[data-count]").textContent =
    everything && !everything.disabled
      ? bar.dataset.everything || text("allSelected", { n: number(total) })
      : text("selected", { n: number(ticked.length) });
  const offer = bar.querySelector('[data-action="select-all-matching"]');
  if (offer) offer.hidden = total <= all.length || !everything.disabled;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-selection] .pick");
  if (!box) return;
  const area = box.closest("[data-selection]");
  const all = boxes(area);
  if (box.closest("thead")) for (const other of all) other.checked = box.checked;
  else if (event.shiftKey && anchor && all.includes(anchor)) {
    const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((a, b) => a - b);
    for (const other of all.slice(from, to + 1)) other.checked = box.checked;
  }
  anchor = box;
  show(area);
});

onAction("select-all-matching", (button) => {
  const area = document.querySelector("[data-selection]");
  for (const box of boxes(area)) box.checked = true;
  button.closest(".bulk-bar").querySelector('[name="all"]').disabled = false;
  show(area);
});

onAction("clear-selection", () => {
  for (const area of document.querySelectorAll("[data-selection]")) {
    for (const box of boxes(area)) box.checked = false;
    show(area);
  }
});
