// Messages that pass by. One with an Undo waits longer; none leaves while the pointer or the focus is on it.
import { onAction } from "./page.js";

const PLAIN = 5000;
const WITH_ACTION = 12000;
const box = document.getElementById("toasts");

export function toast(message, { bad = false, action } = {}) {
  const item = document.getElementById("toast-template").content.cloneNode(true).firstElementChild;
  item.querySelector(`[data-when="${bad ? "good" : "bad"}"]`).remove();
  item.querySelector("[data-when]").replaceWith(...item.querySelector("[data-when]").children);
  item.querySelector("p").textContent = message;
  item.classList.toggle("toast-bad", bad);
  if (action) item.querySelector("p").after(actionButton(action));
  box.append(item);
  expire(item);
}

function actionButton({ label, run }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = label;
  button.addEventListener("click", () => {
    run();
    button.closest(".toast").remove();
  });
  return button;
}

function expire(item) {
  const life = item.querySelector("form, .button:not([data-action])") ? WITH_ACTION : PLAIN;
  const leave = () => {
    if (item.matches(":hover, :focus-within")) return setTimeout(leave, 1500);
    item.classList.add("toast-leaving");
    return setTimeout(() => item.remove(), 250);
  };
  setTimeout(leave, life);
}

// What stood there from the beginning is not announced: its words are written once more, as a change.
for (const item of box.children) {
  const words = item.querySelector("p");
  const said = words.textContent;
  words.textContent = "\u00a0";
  setTimeout(() => {
    words.textContent = said;
  }, 100);
  expire(item);
}
onAction("close-toast", (button) => button.closest(".toast").remove());

// The server's word after a fragment: HX-Trigger: {"toast": {"text": "...", "bad": false}}
document.addEventListener("toast", (event) => toast(event.detail.text, { bad: Boolean(event.detail.bad) }));
