// A strip of tabs that does not fit shows the one where one is.
export function enhance(root) {
  for (const tab of root.querySelectorAll(".tabs > .tab[aria-current]")) {
    const strip = tab.parentElement.getBoundingClientRect();
    const at = tab.getBoundingClientRect();
    tab.parentElement.scrollLeft += at.left - strip.left - (strip.width - at.width) / 2;
  }
}
