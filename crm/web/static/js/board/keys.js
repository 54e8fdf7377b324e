// Keys: arrows walk from card to card, with shift they take the card along, M opens its menu.
import { board, cardsOf, columns } from "./columns.js";
import { openMenu } from "./menu.js";
import { place } from "./moving.js";

function neighbour(card, key) {
  const column = card.closest(".column");
  const all = columns();
  const cards = cardsOf(column);
  const here = cards.indexOf(card);
  const rtl = getComputedStyle(board()).direction === "rtl";
  const aside = { ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 }[key];
  if (aside === undefined) return { column, card: cards[here + (key === "ArrowDown" ? 1 : -1)] };
  for (let at = all.indexOf(column) + aside; all[at]; at += aside) {
    const there = cardsOf(all[at]);
    return { column: all[at], card: there[Math.min(here, there.length - 1)], aside };
  }
  return {};
}

function walk(card, key) {
  let to = neighbour(card, key);
  for (let column = to.column; to.aside && column && !to.card;) {
    column = columns()[columns().indexOf(column) + to.aside];
    to = { column, aside: to.aside, card: column && cardsOf(column)[0] };
  }
  to.card?.querySelector(".card-link").focus();
}

function carry(card, key) {
  const to = neighbour(card, key);
  if (!to.column) return;
  const list = to.column.querySelector("[data-cards]");
  if (to.column !== card.closest(".column")) return place(card, list, list.querySelector(".card"));
  if (!to.card) return;
  place(card, list, key === "ArrowDown" ? to.card.nextElementSibling : to.card);
}

document.addEventListener(
  "keydown",
  (event) => {
    const card = event.target.closest?.(".card-link")?.closest(".card");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "m") openMenu(card);
    else if (!event.key.startsWith("Arrow")) return;
    else if (!event.shiftKey) walk(card, event.key);
    else if (card.querySelector(".card-menu")) carry(card, event.key);
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// Which keys move a card is said of the one that has the focus.
const linkOf = (event) => event.target.closest?.(".card-link");

document.addEventListener("focusin", (event) => linkOf(event)?.setAttribute("aria-describedby", "board-keys"));
document.addEventListener("focusout", (event) => linkOf(event)?.removeAttribute("aria-describedby"));
