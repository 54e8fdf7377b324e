// What a row changes in place: each such value becomes a select, made of the one template that the page has for all.
const name = (row) => row?.querySelector(".row-link")?.textContent.trim() ?? "";

function change(shown) {
  const [offered, value, version] = shown.dataset.change.split(" ");
  const template = document.getElementById(offered);
  if (!template) return;
  const row = shown.closest("tr");
  const form = template.content.firstElementChild.cloneNode(true);
  const select = form.querySelector("select");
  if (![...select.options].some((option) => option.value === value))
    select.prepend(new Option(shown.textContent.trim(), value));
  for (const option of select.options) option.toggleAttribute("selected", option.value === value);
  select.id = (shown.querySelector("select") ?? shown).id;
  select.setAttribute(
    "aria-label",
    template.dataset.label.replace("{name}", () => name(row)),
  );
  form.action = `${row.querySelector(".row-link").getAttribute("href")}/${template.dataset.path}`;
  select.setAttribute("hx-post", form.getAttribute("action"));
  form.querySelector("input").value = version;
  form.classList.add(...[...shown.classList].filter((css) => css.startsWith("tone-")));
  select.before(...shown.querySelectorAll("svg"));
  shown.replaceWith(form);
  globalThis.htmx?.process(form);
}

// On narrow screens rows are laid out as cards, whereupon some browsers forget that they are rows.
const ROLES = { TBODY: "rowgroup", TR: "row", TD: "cell" };

function sayWhatTheyAre(table) {
  for (const part of table.querySelectorAll("tbody, tbody tr, tbody td"))
    part.setAttribute("role", ROLES[part.tagName]);
}

// There each number of a report says what it is, as the headers are out of sight.
function nameNumbers(table) {
  const names = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
  for (const row of table.tBodies[0].rows)
    for (const cell of row.querySelectorAll("td:not(:empty)")) cell.dataset.label ??= names[cell.cellIndex];
}

export function enhance(root) {
  for (const table of root.querySelectorAll(".report-table .table")) nameNumbers(table);
  for (const table of root.querySelectorAll(".table[role]")) sayWhatTheyAre(table);
  for (const shown of root.querySelectorAll("[data-change]")) change(shown);
}
