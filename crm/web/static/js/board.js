// The board: cards are moved at once and put back when the server refuses; its own counts and sums follow.
import Sortable from "../vendor/sortable/sortable.js";
import { base, csrfToken, onAction, text } from "./page.js";
import { Live } from "./live.js";
import { toast } from "./toasts.js";

const words = JSON.parse(document.getElementById("board-texts").textContent);
const said = document.getElementById("board-said");
const menu = document.getElementById("card-menu");
const lost = document.getElementById("lost-dialog");
const MOST_CARDS = 200;

let dragging = false;
let moving = 0;
let outdated = false;
let chosen = null;

const board = () => document.getElementById("board");
const columns = () => [...board().querySelectorAll(".column")];
const cardsOf = (column) => [...column.querySelectorAll(".card")];
const titleOf = (card) => card.querySelector(".card-link").textContent;
const say = (key, values) => (said.textContent = words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]));

// Sending

async function send(address, values) {
  const body = new URLSearchParams({ ...values, csrf_token: csrfToken() });
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    });
    if (answer.ok) return { ok: true, ...(await answer.json()) };
    const refusal = await answer.json().catch(() => null);
    return {
      text: refusal?.text ?? text(answer.status === 401 ? "expired" : answer.status === 503 ? "busy" : "failed"),
    };
  } catch {
    return { text: text("offline") };
  }
}

function askWhy() {
  lost.querySelector("input").value = "";
  lost.returnValue = "no";
  lost.showModal();
  return new Promise((answer) => {
    lost.addEventListener(
      "close",
      () => answer(lost.returnValue === "yes" ? lost.querySelector("input").value : null),
      { once: true },
    );
  });
}

onAction("cancel-loss", () => lost.close());

// The card stands in its new place already; `back` puts it where it was.
async function keep(card, from, back) {
  const column = card.closest(".column");
  moving += 1;
  card.classList.add("card-moving");
  const answer = await move(card, column, column.dataset.kind === "lost" && from !== column);
  moving -= 1;
  card.classList.remove("card-moving");
  if (answer.cancelled) {
    undo(card, back);
  } else if (answer.ok) {
    const n = cardsOf(column).indexOf(card) + 1;
    say(from === column ? "placed" : "moved", { title: titleOf(card), stage: column.dataset.name, n });
  } else {
    toast(answer.text, { bad: true });
    undo(card, back);
  }
  return refresh();
}

async function move(card, column, ask) {
  const values = { stage_id: column.dataset.stage };
  if (ask) {
    const reason = await askWhy();
    if (reason === null) return { cancelled: true };
    values.lost_reason = reason;
  }
  const above = card.previousElementSibling;
  if (above?.matches(".card")) values.after_id = above.dataset.lead;
  return send(`${base()}/board/leads/${card.dataset.lead}/move`, values);
}

function undo(card, back) {
  back();
  say("back", { title: titleOf(card) });
}

function remember(card) {
  const [list, next] = [card.parentElement, card.nextElementSibling];
  return () => list.insertBefore(card, next?.parentElement === list ? next : null);
}

function place(card, list, before) {
  const focused = card.contains(document.activeElement);
  const back = remember(card);
  const from = card.closest(".column");
  list.insertBefore(card, before);
  if (focused) card.querySelector(".card-link").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  keep(card, from, back);
}

const end = (list) => list.querySelector(".column-more");

// Dragging, by pointer and by touch

function sortable(list) {
  let back;
  Sortable.create(list, {
    group: "cards",
    draggable: ".card",
    filter: "button",
    preventOnFilter: false,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 4,
    animation: 140,
    ghostClass: "card-ghost",
    chosenClass: "card-chosen",
    scrollSensitivity: 80,
    onStart(event) {
      dragging = true;
      const next = event.item.nextElementSibling;
      back = () => list.insertBefore(event.item, next?.parentElement === list ? next : null);
    },
    onMove: (event) => !event.related.matches(".column-more") || !event.willInsertAfter,
    onEnd(event) {
      dragging = false;
      if (event.from !== event.to || event.oldIndex !== event.newIndex)
        keep(event.item, event.from.closest(".column"), back);
      else if (outdated) refresh();
    },
  });
}

// Keys: arrows walk from card to card, with shift they take the card along.

function neighbour(card, key) {
  const column = card.closest(".column");
  const all = columns();
  const cards = cardsOf(column);
  const here = cards.indexOf(card);
  const rtl = getComputedStyle(board()).direction === "rtl";
  const aside = { ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1 }[key];
  if (aside === undefined) return { column, card: cards[here + (key === "ArrowDown" ? 1 : -1)] };
  for (let at = all.indexOf(column) + aside; all[at]; at += aside) {
    const there = cardsOf(all[at]);
    return { column: all[at], card: there[Math.min(here, there.length - 1)], aside };
  }
  return {};
}

function walk(card, key) {
  let to = neighbour(card, key);
  for (let column = to.column; to.aside && column && !to.card;) {
    column = columns()[columns().indexOf(column) + to.aside];
    to = { column, aside: to.aside, card: column && cardsOf(column)[0] };
  }
  to.card?.querySelector(".card-link").focus();
}

function carry(card, key) {
  const to = neighbour(card, key);
  if (!to.column) return;
  const list = to.column.querySelector("[data-cards]");
  if (to.column !== card.closest(".column")) return place(card, list, list.querySelector(".card"));
  if (!to.card) return;
  place(card, list, key === "ArrowDown" ? to.card.nextElementSibling : to.card);
}

document.addEventListener(
  "keydown",
  (event) => {
    const card = event.target.closest?.(".card-link")?.closest(".card");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "m") openMenu(card);
    else if (!event.key.startsWith("Arrow")) return;
    else if (!event.shiftKey) walk(card, event.key);
    else if (card.querySelector(".card-menu")) carry(card, event.key);
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// The menu of a card

function openMenu(card) {
  const button = card.querySelector(".card-menu");
  if (!button) return;
  chosen = card;
  menu.querySelector("[data-title]").textContent = titleOf(card);
  const here = card.closest(".column").dataset.stage;
  for (const item of menu.querySelectorAll("[data-move-to]"))
    item.setAttribute("aria-disabled", String(item.dataset.moveTo === here));
  for (const other of document.querySelectorAll('[popovertarget="card-menu"]')) other.removeAttribute("popovertarget");
  button.setAttribute("popovertarget", "card-menu");
  menu.showPopover();
}

onAction("card-menu", (button) => openMenu(button.closest(".card")));

menu.addEventListener("click", (event) => {
  const item = event.target.closest(".menu-item");
  const card = chosen && document.getElementById(chosen.id);
  if (!item || !card) return;
  card.querySelector(".card-link").focus();
  const to = item.dataset.moveTo;
  const column = to ? document.getElementById(`stage-${to}`) : card.closest(".column");
  if (to && column === card.closest(".column")) return;
  const list = column.querySelector("[data-cards]");
  place(card, list, item.dataset.moveBy === "bottom" ? end(list) : list.querySelector(".card"));
});

menu.addEventListener("toggle", (event) => {
  if (event.newState === "closed")
    document.getElementById(chosen?.id)?.querySelector(".card-link").focus({ preventScroll: true });
});

// A new lead in few words

function quickAdd(column, open) {
  const form = column.querySelector("[data-quick-add]");
  form.hidden = !open;
  column.querySelector('[data-action="quick-add"]').setAttribute("aria-expanded", String(open));
  if (open) form.elements.title.focus();
  else column.querySelector('[data-action="quick-add"]').focus();
}

onAction("quick-add", (button) =>
  quickAdd(button.closest(".column"), button.closest(".column").querySelector("[data-quick-add]").hidden),
);
onAction("close-quick-add", (button) => quickAdd(button.closest(".column"), false));

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-quick-add]");
  if (form && event.key === "Escape") quickAdd(form.closest(".column"), false);
});

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target.closest("[data-quick-add]");
    if (!form) return;
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    form.classList.add("sending");
    const answer = await send(form.action, values);
    form.classList.remove("sending");
    if (!answer.ok) return toast(answer.text, { bad: true });
    say("added", { title: values.title, stage: form.closest(".column").dataset.name });
    form.elements.title.value = form.elements.value.value = "";
    form.elements.title.focus();
    if ((await refresh()) && !document.getElementById(`lead-${answer.id}`))
      toast(words.hidden.replace("{title}", () => values.title));
  },
  true,
);

// What the server shows takes the place of each column that differs; focus, scroll and what is typed stay.

async function refresh() {
  outdated = true;
  if (dragging || moving) return false;
  const address = new URL(board().dataset.address, location.href);
  const shown = Math.max(...columns().map((column) => cardsOf(column).length));
  if (shown > 25) address.searchParams.set("cards", Math.min(shown, MOST_CARDS));
  const answer = await fetch(address, { cache: "no-store", headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || dragging || moving) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
  if (dragging || moving) return false;
  outdated = false;
  live.seen(answer.headers.get("X-Ledger-Head"));
  show(fresh);
  return true;
}

function show(fresh) {
  const focus = document.activeElement?.closest(".card")?.querySelector(".card-link").id;
  const ids = [...fresh.querySelectorAll(".column")].map((column) => column.id).join();
  if (
    ids !==
    columns()
      .map((column) => column.id)
      .join()
  )
    board().replaceWith(fresh);
  else for (const column of fresh.querySelectorAll(".column")) replace(document.getElementById(column.id), column);
  ready(board());
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

function ready(root) {
  for (const list of root.querySelectorAll("[data-cards]")) {
    if (!Sortable.get(list) && root.querySelector(".card-menu, .quick-add")) sortable(list);
    window.htmx?.process(list);
  }
}

const live = new Live(document.getElementById("live"), refresh);
ready(board());
document.addEventListener("htmx:load", () => ready(board()));
