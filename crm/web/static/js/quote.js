// The lines of a quote or an invoice: Enter adds one, rows of a sheet are pasted, and the server adds up while one types.
import { csrfToken, onAction } from "./page.js";

const form = document.querySelector(".quote-form");
const rows = document.getElementById("quote-rows");
const blank = document.getElementById("quote-new-row");
const region = document.getElementById("sums-region");
const PASTED = ["title", "quantity", "unit", "unit_price", "tax_rate", "discount"];
const PAUSE = 250;

const fields = (row) => [...row.querySelectorAll("[data-column]")];
const field = (row, name) => row.querySelector(`[data-column="${name}"]`);
const allRows = () => [...rows.querySelectorAll("[data-row]")];
const valuesOf = (row) => Object.fromEntries(fields(row).map((each) => [each.dataset.column, each.value]));
const isEmpty = (row) => !["title", "details", "unit_price"].some((name) => field(row, name).value.trim());

// Without numbers of their own two rows would have the same ids.
function renumber() {
  for (const [place, row] of allRows().entries()) {
    for (const part of row.querySelectorAll("[id], [name], [value^='lines-']"))
      for (const name of ["id", "name", "value"])
        if (part.getAttribute(name)?.match(/^lines-\d+/))
          part.setAttribute(name, part.getAttribute(name).replace(/^lines-\d+/, `lines-${place}`));
    row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+/, place + 1));
  }
}

function addRow(after, values = {}) {
  const row = blank.content.firstElementChild.cloneNode(true);
  const before = after ?? allRows().at(-1);
  if (before) field(row, "tax_rate").value = field(before, "tax_rate").value;
  for (const [name, value] of Object.entries(values)) field(row, name).value = value;
  if (after) after.after(row);
  else rows.append(row);
  renumber();
  return row;
}

function removeRow(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  const left = next ?? addRow();
  renumber();
  field(left, "title").focus();
  changed();
}

function linesText() {
  return JSON.stringify(
    allRows()
      .filter((row) => !isEmpty(row))
      .map(valuesOf),
  );
}

// One field instead of a dozen for each row: a form may have only so many.
function body() {
  const sent = new FormData(form);
  for (const name of [...sent.keys()]) if (name.startsWith("lines-")) sent.delete(name);
  sent.set("lines", linesText());
  return new URLSearchParams(sent);
}

let waiting;
let asked = 0;

function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(addUp, PAUSE);
}

async function addUp() {
  const mine = ++asked;
  try {
    const answer = await fetch(region.dataset.totals, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
      body: body(),
    });
    if (answer.ok && mine === asked) region.innerHTML = await answer.text();
  } catch {
    // Without a connection the last sums stay; saving says what is wrong.
  }
}

// Enter goes on to the next line, and makes it where there is none. In a text it is a line break as ever.
function onEnter(event) {
  const row = event.target.closest("[data-row]");
  if (event.key !== "Enter" || !row || event.target.tagName !== "INPUT" || event.isComposing) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) return form.requestSubmit();
  const next = row.nextElementSibling ?? addRow(row);
  field(next, "title").focus();
}

// Rows of a sheet are parted by line breaks, their cells by tabs.
function onPaste(event) {
  const row = event.target.closest("[data-row]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!row || event.target.tagName !== "INPUT" || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  let place = row;
  const from = Math.max(0, PASTED.indexOf(event.target.dataset.column));
  for (const [number, line] of text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").slice(0, 500).entries()) {
    if (number) place = addRow(place);
    for (const [cell, value] of line.split("\t").entries()) {
      const name = PASTED[from + cell];
      if (name) field(place, name).value = value.trim();
    }
  }
  field(place, "title").focus();
  changed();
}

onAction("add-line", () => field(addRow(), "title").focus());
onAction("remove-line", (button) => removeRow(button.closest("[data-row]")));
rows.addEventListener("keydown", onEnter);
rows.addEventListener("paste", onPaste);
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("formdata", (event) => {
  for (const name of [...event.formData.keys()]) if (name.startsWith("lines-")) event.formData.delete(name);
  event.formData.set("lines", linesText());
});
changed();
