// Products in the lines of a quote: found while a title is typed, chosen by the arrow keys and Enter, or by a click.
const rows = document.getElementById("quote-rows");
const form = rows.closest("form");
const list = document.createElement("ul");
const PAUSE = 150;

list.className = "combobox-list";
list.id = "line-products";
list.hidden = true;
list.setAttribute("role", "listbox");

const options = () => [...list.querySelectorAll('[role="option"]')];
const marked = () => options().find((each) => each.getAttribute("aria-selected") === "true");
const titleOf = (target) => target?.closest?.('#quote-rows input[data-column="title"]');
const isItem = (input) => input.closest("[data-row]").querySelector('[data-column="kind"]').value === "item";

let waiting;
let input = null;

function close() {
  clearTimeout(waiting);
  list.hidden = true;
  input?.setAttribute("aria-expanded", "false");
  input?.removeAttribute("aria-activedescendant");
}

function mark(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (!option) return;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function search() {
  const mine = input;
  const asked = mine.value;
  const address = new URL(rows.dataset.products, location.href);
  address.searchParams.set("q", asked);
  address.searchParams.set("currency", form.elements.currency.value);
  address.searchParams.set("client_id", form.elements.client_id.value);
  if (form.elements.prices_include_tax.checked) address.searchParams.set("inside", "1");
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || mine.value !== asked || document.activeElement !== mine) return;
  list.innerHTML = await answer.text();
  if (!options().length) return close();
  mine.after(list);
  list.setAttribute("aria-label", mine.getAttribute("aria-label"));
  list.hidden = false;
  mine.setAttribute("aria-controls", list.id);
  mine.setAttribute("aria-expanded", "true");
}

function choose(option) {
  const row = input.closest("[data-row]");
  for (const [name, value] of Object.entries(JSON.parse(option.dataset.fill)))
    row.querySelector(`[data-column="${name}"]`).value = value;
  close();
  const quantity = row.querySelector('[data-column="quantity"]');
  quantity.focus();
  quantity.select();
  quantity.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(event) {
  if (!titleOf(event.target) || event.isComposing) return;
  const found = options();
  const here = found.indexOf(marked());
  if (event.key === "ArrowDown" && list.hidden && isItem(event.target)) search();
  else if (list.hidden) return;
  else if (event.key === "ArrowDown") mark(found[Math.min(here + 1, found.length - 1)]);
  else if (event.key === "ArrowUp") mark(found[Math.max(here - 1, 0)]);
  else if (event.key === "Enter" && marked() && !event.ctrlKey && !event.metaKey) choose(marked());
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onFocus(event) {
  const title = titleOf(event.target);
  if (!title) return;
  input = title;
  title.setAttribute("role", "combobox");
  title.setAttribute("aria-autocomplete", "list");
  title.setAttribute("aria-expanded", "false");
}

if (rows.dataset.products) {
  rows.addEventListener("focusin", onFocus);
  rows.addEventListener("focusout", close);
  // Before the form's own Enter, which goes to the next line.
  rows.addEventListener("keydown", onKey, true);
  rows.addEventListener("input", (event) => {
    const title = titleOf(event.target);
    if (!title) return;
    close();
    if (isItem(title) && title.value.trim()) waiting = setTimeout(search, PAUSE);
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest('[role="option"]');
    event.preventDefault();
    if (option) choose(option);
  });
}
