// Dragging, by pointer and by touch.
import Sortable from "../../vendor/sortable/sortable.js";
import { board } from "./columns.js";
import { keep, remember } from "./moving.js";
import { hold, isOutdated, refresh, release } from "./refreshing.js";

export function ready() {
  const root = board();
  for (const list of root.querySelectorAll("[data-cards]")) {
    if (!Sortable.get(list) && root.querySelector(".card-menu, .quick-add")) sortable(list);
    window.htmx?.process(list);
  }
}

function sortable(list) {
  let back;
  Sortable.create(list, {
    group: "cards",
    draggable: ".card",
    filter: "button",
    preventOnFilter: false,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 4,
    animation: 140,
    ghostClass: "card-ghost",
    chosenClass: "card-chosen",
    scrollSensitivity: 80,
    onStart(event) {
      hold();
      back = remember(event.item);
    },
    onMove: (event) => !event.related.matches(".column-more") || !event.willInsertAfter,
    onEnd(event) {
      release();
      if (event.from !== event.to || event.oldIndex !== event.newIndex)
        keep(event.item, event.from.closest(".column"), back);
      else if (isOutdated()) refresh();
    },
  });
}
