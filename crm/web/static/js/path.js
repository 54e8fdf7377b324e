// The path of a lead that does not fit shows the stage where the lead is.
export function enhance(root) {
  for (const step of root.querySelectorAll(".path > [aria-current]")) {
    const strip = step.parentElement.getBoundingClientRect();
    const at = step.getBoundingClientRect();
    step.parentElement.scrollLeft += at.left - strip.left - (strip.width - at.width) / 2;
  }
}
