// Messages that pass by. One with an Undo waits longer; none leaves while the pointer or the focus is on it. They cover
// nothing: the top bar grows by them, or the page ends above them where it has no bar. F8 goes to the newest, Escape closes it.
import { onAction } from "./page.js";

const PLAIN = 5000;
const WITH_ACTION = 12000;
const GONE_AFTER = 250;
const GAP = 12;
const EDGE = 4;
const box = document.getElementById("toasts");
let before = null;

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
    close(button.closest(".toast"));
  });
  return button;
}

// Whoever closes a message from within goes back to where they were.
function close(item) {
  const within = item.contains(document.activeElement);
  item.remove();
  if (within) (before?.isConnected ? before : document.getElementById("main"))?.focus();
}

// Above, what is more than the top bar's own height; below, all that they take.
function measure() {
  const root = document.documentElement.style;
  root.removeProperty("--hang");
  root.removeProperty("--dock");
  if (!box.childElementCount) return;
  const { top, bottom, height } = box.getBoundingClientRect();
  const bar = document.querySelector(".topbar");
  if (bar && top < bar.offsetHeight) {
    root.setProperty("--hang", `${Math.max(0, Math.ceil(top + height + EDGE - bar.offsetHeight))}px`);
  } else {
    root.setProperty("--dock", `${Math.ceil(height + innerHeight - bottom + GAP)}px`);
  }
}

function expire(item) {
  const life = item.querySelector("form, .button:not([data-action])") ? WITH_ACTION : PLAIN;
  const leave = () => {
    if (item.matches(":hover, :focus-within")) return setTimeout(leave, 1500);
    item.classList.add("toast-leaving");
    return setTimeout(() => close(item), GONE_AFTER);
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
onAction("close-toast", (button) => close(button.closest(".toast")));
new ResizeObserver(measure).observe(box);
addEventListener("resize", measure);
box.addEventListener("focusin", (event) => {
  if (!box.contains(event.relatedTarget)) before = event.relatedTarget;
});
document.addEventListener("keydown", (event) => {
  const newest = box.lastElementChild;
  if (!newest || event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "F8") {
    event.preventDefault();
    newest.querySelector("button").focus();
  } else if (event.key === "Escape") {
    close(document.activeElement.closest(".toast") ?? newest);
  }
});

// The server's word after a fragment: HX-Trigger: {"toast": {"text": "...", "bad": false}}
document.addEventListener("toast", (event) => toast(event.detail.text, { bad: Boolean(event.detail.bad) }));
