// Which columns a list shows: they stand in its address. The names of the boxes are for readers without scripts.
for (const box of document.querySelectorAll("[data-column]")) box.removeAttribute("name");

document.addEventListener(
  "change",
  (event) => {
    const box = event.target.closest("[data-column]");
    if (!box) return;
    event.stopPropagation();
    const filters = document.getElementById("filters");
    const chosen = [...document.querySelectorAll("[data-column]:checked")].map((each) => each.dataset.column);
    filters.elements.columns.disabled = false;
    filters.elements.columns.value = chosen.join(",") || "none";
    filters.requestSubmit();
  },
  true,
);
