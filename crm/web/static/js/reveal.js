// The eye beside a password; and buttons that copy what is shown once.
import { text } from "./page.js";
import { toast } from "./toasts.js";

export function enhance(root) {
  for (const button of root.querySelectorAll("[data-reveal]")) button.hidden = false;
}

// Over plain http a browser has no clipboard to give; the old command still works there.
async function copy(source) {
  const words = source.value ?? source.textContent.trim();
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const field = document.createElement("textarea");
  field.value = words;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  return field.remove();
}

document.addEventListener("click", async (event) => {
  const eye = event.target.closest("[data-reveal]");
  if (eye) {
    const field = document.getElementById(eye.dataset.reveal);
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    eye.setAttribute("aria-pressed", String(show));
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const source = document.getElementById(copier.dataset.copy);
    await copy(source);
    toast(text("copied"));
  }
});
