// What the server shows takes the place of each column that differs; focus, scroll and what is typed stay. While a card
// is dragged or on its way nothing is replaced.
import { follow, seen } from "../live.js";
import { board, cardsOf, columns } from "./columns.js";

const MOST_CARDS = 200;
const PAGE = 25;

let held = 0;
let outdated = false;
let whenFresh = () => {};

export const hold = () => (held += 1);
export const release = () => (held -= 1);
export const isOutdated = () => outdated;
export const onFresh = (run) => (whenFresh = run);

export async function refresh() {
  outdated = true;
  if (held) return false;
  const answer = await fetch(address(), { cache: "no-store", headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || held) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
  if (held) return false;
  outdated = false;
  seen("head", answer.headers.get("X-Ledger-Head"));
  show(fresh);
  return true;
}

function address() {
  const shown = Math.max(...columns().map((column) => cardsOf(column).length));
  const asked = new URL(board().dataset.address, location.href);
  if (shown > PAGE) asked.searchParams.set("cards", Math.min(shown, MOST_CARDS));
  return asked;
}

const ids = (found) => found.map((column) => column.id).join();

function show(fresh) {
  const focus = document.activeElement?.closest(".card")?.querySelector(".card-link").id;
  const now = [...fresh.querySelectorAll(".column")];
  if (ids(now) !== ids(columns())) board().replaceWith(fresh);
  else for (const column of now) replace(document.getElementById(column.id), column);
  whenFresh();
  if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

function replace(column, fresh) {
  for (const part of [".column-head h2", ".column-sum", "[data-cards]"]) {
    const [old, now] = [column.querySelector(part), fresh.querySelector(part)];
    if (old.innerHTML === now.innerHTML) continue;
    const top = old.scrollTop;
    old.replaceChildren(...now.childNodes);
    old.scrollTop = top;
  }
}

follow("head", document.getElementById("live").dataset.head, refresh);
