// A strip that scrolls sideways fades at each edge beyond which there is more of it.
const STRIPS = ".path, .side-menu, .filters, .board-toolbar, .views, .kinds, .page-actions";
const ROUNDING = 2;

function mark(strip) {
  const scrolls = getComputedStyle(strip).overflowX === "auto";
  const at = Math.abs(strip.scrollLeft);
  strip.classList.toggle("more-before", scrolls && at > ROUNDING);
  strip.classList.toggle("more-after", scrolls && at < strip.scrollWidth - strip.clientWidth - ROUNDING);
}

const sizes = new ResizeObserver((changed) => changed.forEach((each) => mark(each.target)));

export function enhance(root) {
  for (const strip of root.querySelectorAll(STRIPS)) sizes.observe(strip);
}

document.addEventListener("scroll", (event) => event.target.matches?.(STRIPS) && mark(event.target), {
  capture: true,
  passive: true,
});
