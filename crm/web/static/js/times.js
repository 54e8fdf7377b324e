// The exact moment of a time, with its zone: on hover and on keyboard focus, until Escape or leaving.
const tip = document.createElement("div");
tip.className = "tooltip";
tip.id = "exact-time";
tip.setAttribute("role", "tooltip");
tip.hidden = true;

let shown = null;

function place(time) {
  const [at, own] = [time.getBoundingClientRect(), tip.getBoundingClientRect()];
  const above = at.top - own.height - 6;
  const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8);
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 8 ? at.bottom + 6 : above}px`;
}

// The title would be shown by the browser as well: it waits in the tooltip's place.
function show(time) {
  if (shown === time) return;
  hide();
  shown = time;
  time.dataset.exact = time.title;
  time.removeAttribute("title");
  time.setAttribute("aria-describedby", tip.id);
  tip.textContent = time.dataset.exact;
  (time.closest("dialog[open]") ?? document.body).append(tip);
  tip.hidden = false;
  place(time);
}

function hide() {
  if (!shown) return;
  shown.title = shown.dataset.exact;
  delete shown.dataset.exact;
  shown.removeAttribute("aria-describedby");
  tip.hidden = true;
  shown = null;
}

const timeAt = (event) => event.target.closest?.("time[datetime][title], time[data-exact]");

document.addEventListener("pointerover", (event) => {
  const time = timeAt(event);
  if (time) show(time);
  else if (event.target !== tip && shown !== document.activeElement) hide();
});
document.addEventListener("focusin", (event) => {
  const time = timeAt(event);
  if (time) show(time);
  else hide();
});
document.addEventListener("focusout", (event) => {
  if (event.target === shown) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
document.addEventListener("scroll", hide, { capture: true, passive: true });
document.addEventListener("htmx:beforeSwap", hide);
