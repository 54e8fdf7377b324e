// Shows a template as the customer will read it, while its places are filled.
function show(form) {
  for (const preview of form.querySelectorAll("[data-preview]")) {
    const filled = (place, name) => form.elements[preview.dataset.fill ?? `place_${name}`]?.value.trim() || place;
    preview.textContent = preview.dataset.preview.replace(/\{\{\s*(\w+)\s*\}\}/g, filled);
  }
}

const form = document.querySelector("form[data-places]");
if (form) {
  form.addEventListener("input", () => show(form));
  document.addEventListener("htmx:load", () => show(form));
  show(form);
}
