// The columns and cards that are shown, and what is said of them to who cannot see them.
const words = JSON.parse(document.getElementById("board-texts").textContent);
const said = document.getElementById("board-said");

export const board = () => document.getElementById("board");
export const columns = () => [...board().querySelectorAll(".column")];
export const cardsOf = (column) => [...column.querySelectorAll(".card")];
export const titleOf = (card) => card.querySelector(".card-link").textContent;
export const phrase = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const say = (key, values) => (said.textContent = phrase(key, values));
