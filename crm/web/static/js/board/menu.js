// The menu of a card.
import { onAction } from "../page.js";
import { titleOf } from "./columns.js";
import { place } from "./moving.js";

const menu = document.getElementById("card-menu");

let chosen = null;

export function openMenu(card) {
  const button = card.querySelector(".card-menu");
  if (!button) return;
  chosen = card;
  menu.querySelector("[data-title]").textContent = titleOf(card);
  const here = card.closest(".column").dataset.stage;
  for (const item of menu.querySelectorAll("[data-move-to]"))
    item.setAttribute("aria-disabled", String(item.dataset.moveTo === here));
  for (const other of document.querySelectorAll('[popovertarget="card-menu"]')) other.removeAttribute("popovertarget");
  button.setAttribute("popovertarget", "card-menu");
  menu.showPopover();
}

onAction("card-menu", (button) => openMenu(button.closest(".card")));

menu.addEventListener("click", (event) => {
  const item = event.target.closest(".menu-item");
  const card = chosen && document.getElementById(chosen.id);
  if (!item || !card) return;
  card.querySelector(".card-link").focus();
  const to = item.dataset.moveTo;
  const column = to ? document.getElementById(`stage-${to}`) : card.closest(".column");
  if (to && column === card.closest(".column")) return;
  const list = column.querySelector("[data-cards]");
  place(card, list, list.querySelector(item.dataset.moveBy === "bottom" ? ".column-more" : ".card"));
});

menu.addEventListener("toggle", (event) => {
  if (event.newState === "closed")
    document.getElementById(chosen?.id)?.querySelector(".card-link").focus({ preventScroll: true });
});
