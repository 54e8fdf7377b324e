// Shows a template as the customer will read it, while its places are filled.
function show(form) {
  const preview = form.querySelector("[data-preview]");
  if (!preview) return;
  const filled = (place, number) => form.elements[`place_${number}`]?.value.trim() || place;
  preview.textContent = preview.dataset.preview.replace(/\{\{\s*(\d{1,2})\s*\}\}/g, filled);
}

const form = document.querySelector("form[data-places]");
if (form) {
  form.addEventListener("input", () => show(form));
  document.addEventListener("htmx:load", () => show(form));
  show(form);
}
