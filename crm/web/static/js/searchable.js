// A field that narrows the options of a long select: each word typed must be in the option's text or value.
import { text } from "./page.js";
import { number } from "./formats.js";

const folded = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export function enhance(root) {
  for (const field of root.querySelectorAll("[data-searchable]")) {
    const query = field.querySelector(".searchable-query");
    if (!query.hidden) continue;
    const select = field.querySelector("select");
    const status = field.querySelector('[role="status"]');
    const options = [...select.options].map((option) => ({ option, words: folded(`${option.text} ${option.value}`) }));
    query.hidden = false;
    query.addEventListener("input", () => {
      const asked = folded(query.value).split(/\s+/).filter(Boolean);
      const found = options.filter(({ words }) => asked.every((word) => words.includes(word)));
      const kept = select.value;
      const offered = options.filter(
        ({ option }) => option.value === kept || found.some((one) => one.option === option),
      );
      select.replaceChildren(...offered.map(({ option }) => option));
      select.value = kept;
      status.textContent = found.length ? text("found", { n: number(found.length) }) : text("noResults");
    });
    query.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      const asked = query.value.trim() && [...select.options].find((option) => option.value !== select.value);
      if (event.key === "Enter" && asked) {
        select.value = asked.value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
      select.focus();
    });
  }
}
