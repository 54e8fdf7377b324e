// Places a menu beside the button that opened it, and walks it by arrow keys.
const GAP = 6;

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const ltr = getComputedStyle(button).direction === "ltr";
  const left = ltr && at.left + width > innerWidth - GAP ? at.right - width : at.left;
  const below = at.bottom + GAP;
  const top = below + height > innerHeight - GAP && at.top > height + GAP ? at.top - GAP - height : below;
  menu.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  menu.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}

const items = (menu) => [...menu.querySelectorAll(".menu-item")];

// The page may still settle as a menu opens: that is no scrolling of the reader's.
const SETTLING = 400;
let openedAt = 0;
addEventListener("beforetoggle", () => (openedAt = performance.now()), true);

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu[popover]")) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`);
    const open = event.newState === "open";
    button?.setAttribute("aria-expanded", String(open));
    if (!open || !button) return;
    place(menu, button);
    (items(menu)[0] ?? menu.querySelector("input:not([type=hidden]), select"))?.focus();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu) return;
  const all = items(menu);
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[(next + all.length) % all.length].focus();
});

document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu-item");
  if (item) item.closest(".menu[popover]")?.hidePopover();
});

// A form stays: on a phone its keyboard alone resizes and scrolls the page. It goes once it is sent.
const PASSING = ".menu:not(.menu-form):popover-open";

document.addEventListener("submit", (event) => event.target.querySelector(".menu-form:popover-open")?.hidePopover());
// What is filled in under "+ Filter" counts once it is sent, not field by field.
document.addEventListener(
  "change",
  (event) => event.target.closest(".filter-builder") && event.stopPropagation(),
  true,
);
addEventListener("resize", () => document.querySelector(PASSING)?.hidePopover());
addEventListener(
  "scroll",
  (event) => {
    const menu = document.querySelector(PASSING);
    if (menu && event.target === document && performance.now() - openedAt > SETTLING) menu.hidePopover();
  },
  { passive: true },
);
