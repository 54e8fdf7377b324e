// A cell of a list is changed in place: a click or Enter asks for its form, Enter or Tab saves, Escape leaves it.
import { focusField, linesNeedShift } from "./in_place.js";

const before = new WeakMap();
const EDITABLE = "td[data-cell]";

const cellsOf = (table) => [...table.querySelectorAll(EDITABLE)];
const headers = { "HX-Request": "true" };

// The address of the list stands once in the page: each row would repeat it.
const rowOf = (cell) =>
  `${cell.closest("tbody").dataset.rows}/${cell.closest("tr").querySelector(".pick").value}/cells`;

function addressOf(cell, name) {
  const columns = new URLSearchParams(location.search).get("columns");
  return rowOf(cell) + name + (columns ? `?columns=${encodeURIComponent(columns)}` : "");
}

// What all rows have alike is said once, by the class of the column.
function nameCells(body, root) {
  for (const pair of body.dataset.fields.split(" ").filter(Boolean)) {
    const [css, field] = pair.split(":");
    for (const cell of root.querySelectorAll(`td.${css}`)) if (body.contains(cell)) cell.dataset.cell = field;
  }
}

// Each can be reached by keyboard; without scripts there is nothing to reach.
export function enhance(root) {
  for (const body of document.querySelectorAll("tbody[data-fields]")) nameCells(body, root);
  for (const cell of root.querySelectorAll(EDITABLE)) cell.tabIndex = 0;
}

async function open(cell) {
  if (before.has(cell)) return;
  const answer = await fetch(addressOf(cell, `/${cell.dataset.cell.replace(".", "/")}`), { headers });
  if (!answer.ok) return;
  before.set(cell, cell.innerHTML);
  show(cell, await answer.text());
}

function show(cell, html) {
  cell.innerHTML = html;
  focusField(cell);
}

function leave(cell) {
  cell.innerHTML = before.get(cell);
  before.delete(cell);
  cell.focus();
}

function replaceRow(cell, html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const row = template.content.firstElementChild;
  const old = cell.closest("tr");
  const place = cellsOf(old).indexOf(cell);
  const ticked = old.querySelector(".pick")?.checked;
  old.replaceWith(row);
  if (ticked) row.querySelector(".pick").checked = true;
  window.htmx?.process(row);
  enhance(row);
  return cellsOf(row)[place];
}

async function save(form, step = 0) {
  const cell = form.closest(EDITABLE);
  if (form.dataset.saving) return;
  form.dataset.saving = "1";
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
  const html = await answer.text();
  if (!answer.ok) {
    show(cell, html);
    return;
  }
  const saved = replaceRow(cell, html);
  const all = cellsOf(saved.closest("table"));
  const next = all[all.indexOf(saved) + step];
  if (step && next) open(next);
  else saved.focus();
}

document.addEventListener("click", (event) => {
  const keep = event.target.closest?.("[data-cell-keep]");
  if (keep) {
    const cell = keep.closest(EDITABLE);
    fetch(addressOf(cell, ""), { headers })
      .then((answer) => answer.text())
      .then((html) => replaceRow(cell, html).focus());
    return;
  }
  const cell = event.target.closest?.(EDITABLE);
  if (cell && !event.target.closest("a, button, input, select, label, form")) open(cell);
});

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(EDITABLE);
  if (!cell) return;
  const form = event.target.closest("[data-cell-form]");
  if (form) linesNeedShift(event, form);
  if (!form && event.target === cell && event.key === "Enter") {
    event.preventDefault();
    open(cell);
  } else if (form && event.key === "Escape") {
    event.preventDefault();
    leave(cell);
  } else if (
    form &&
    event.key === "Tab" &&
    event.target.matches(".input, textarea") &&
    !form.querySelector("[data-cell-keep]")
  ) {
    event.preventDefault();
    save(form, event.shiftKey ? -1 : 1);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest(`${EDITABLE} [data-cell-form]`);
  if (!form) return;
  event.preventDefault();
  save(form);
});
