// The path of a lead and the menu of settings, where they do not fit, show where one is; the page stays where it is.
export function enhance(root) {
  for (const step of root.querySelectorAll(":is(.path, .side-menu) [aria-current]")) {
    const strip = step.closest(".path, .side-menu");
    const [around, at] = [strip, step].map((each) => each.getBoundingClientRect());
    strip.scrollLeft += at.left - around.left - (around.width - at.width) / 2;
  }
}
