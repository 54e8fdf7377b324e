// input[data-tags]: the comma-parted field stays the one that is sent; chips are its face.
// A word with a comma is within quotes, and a quote in it is doubled: as words_from in crm/web/requests/forms.py reads it.
const WORD = /\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))(?:,|$)/g;
const clean = (words) => [...new Set(words.map((word) => word.trim()).filter(Boolean))];
const split = (value) =>
  clean([...value.matchAll(WORD)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') || plain || ""));
const quote = (word) => (word.includes(",") || word.startsWith('"') ? `"${word.replaceAll('"', '""')}"` : word);

function chip(word, label, remove) {
  const item = document.createElement("span");
  item.className = "chip";
  item.append(word);
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-label", `${label} ${word}`);
  button.textContent = "×";
  button.addEventListener("click", remove);
  item.append(button);
  return item;
}

function face(field) {
  const box = document.createElement("div");
  box.className = "input-box";
  const entry = document.createElement("input");
  entry.id = field.id;
  field.removeAttribute("id");
  if (field.hasAttribute("list")) entry.setAttribute("list", field.getAttribute("list"));
  if (field.hasAttribute("aria-describedby"))
    entry.setAttribute("aria-describedby", field.getAttribute("aria-describedby"));
  entry.autocomplete = "off";
  field.hidden = true;
  field.after(box);

  const save = (words) => {
    field.value = words.map(quote).join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  };
  const add = () => {
    const words = split(entry.value);
    entry.value = "";
    if (words.length) save(clean([...split(field.value), ...words]));
  };
  const draw = () => {
    const words = split(field.value);
    const without = (word) => () => {
      save(words.filter((other) => other !== word));
      entry.focus();
    };
    box.replaceChildren(...words.map((word) => chip(word, field.dataset.removeLabel, without(word))), entry);
  };

  entry.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" && entry.value.trim()) || event.key === ",") {
      event.preventDefault();
      add();
      entry.focus();
    } else if (event.key === "Backspace" && !entry.value) {
      save(split(field.value).slice(0, -1));
      entry.focus();
    }
  });
  entry.addEventListener("input", (event) => {
    if (event.isComposing) return;
    if (event.inputType === "insertReplacementText" || entry.value.includes(",")) {
      add();
      entry.focus();
    }
  });
  entry.addEventListener("blur", add);
  box.addEventListener("click", (event) => event.target === box && entry.focus());
  field.addEventListener("draft:filled", draw);
  draw();
}

export function enhance(root) {
  for (const field of root.querySelectorAll("input[data-tags]")) {
    if (field.dataset.tags === "on") continue;
    field.dataset.tags = "on";
    face(field);
  }
}
