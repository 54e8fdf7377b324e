// A card is moved at once, and put back when the server refuses or no reason is given for a loss.
import { base, onAction } from "../page.js";
import { toast } from "../toasts.js";
import { cardsOf, say, titleOf } from "./columns.js";
import { hold, refresh, release } from "./refreshing.js";
import { send } from "./sending.js";

const lost = document.getElementById("lost-dialog");

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

// The card is in its new place already; `back` puts it where it was.
export async function keep(card, from, back) {
  const column = card.closest(".column");
  hold();
  card.classList.add("card-moving");
  const answer = await move(card, column, column.dataset.kind === "lost" && from !== column);
  release();
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

export function remember(card) {
  const [list, next] = [card.parentElement, card.nextElementSibling];
  return () => list.insertBefore(card, next?.parentElement === list ? next : null);
}

export function place(card, list, before) {
  const focused = card.contains(document.activeElement);
  const back = remember(card);
  const from = card.closest(".column");
  list.insertBefore(card, before);
  if (focused) card.querySelector(".card-link").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  keep(card, from, back);
}
