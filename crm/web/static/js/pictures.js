// The order of pictures, by dragging them, and by shift and the arrow keys: either sends the form with their new place.
import Sortable from "../vendor/sortable/sortable.js";

const list = document.querySelector("[data-pictures]");

const places = () => [...list.querySelectorAll("[data-picture-place]")];

function place(item, at) {
  const form = item.querySelector("form");
  form.elements.place.value = at;
  form.requestSubmit();
}

if (list && places().length > 1) {
  Sortable.create(list, {
    draggable: "[data-picture-place]",
    filter: "button",
    preventOnFilter: false,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 4,
    animation: 140,
    ghostClass: "card-ghost",
    onEnd: ({ item, oldIndex, newIndex }) => oldIndex !== newIndex && place(item, newIndex),
  });
  list.addEventListener("keydown", (event) => {
    const item = event.shiftKey && event.target.closest("a")?.closest("[data-picture-place]");
    const rtl = getComputedStyle(list).direction === "rtl";
    const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 }[event.key];
    if (!item || !by) return;
    event.preventDefault();
    const at = places().indexOf(item) + by;
    if (at >= 0 && at < places().length) place(item, at);
  });
}

// The page comes back at the picture that was moved, which can be moved on by the keys.
if (/^#picture-\d+$/.test(location.hash)) document.querySelector(location.hash)?.focus();

document.addEventListener("uploaded", (event) => {
  if (event.target.closest("#pictures")) location.reload();
});
