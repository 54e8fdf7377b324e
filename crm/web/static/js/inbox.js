// The inbox: follows what happens, keeps to the end of the thread, and helps the composer.
import { csrfToken, onAction } from "./page.js";
import { follow } from "./live.js";

const inbox = document.getElementById("inbox");
const scroll = document.getElementById("scroll");
const composer = document.getElementById("reply");
const messages = () => document.getElementById("messages");
const tell = (id, event) => document.getElementById(id)?.dispatchEvent(new CustomEvent(event));

const NEAR = 120;
let following = true;

function toEnd() {
  if (scroll && !location.hash) scroll.scrollTop = scroll.scrollHeight;
}

scroll?.addEventListener("scroll", () => {
  following = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  if (lastSeen() !== marked) markRead();
});

// A list that grew above its end (earlier messages) stays where the eyes are.
let before = 0;
document.addEventListener("htmx:beforeSwap", () => (before = scroll ? scroll.scrollHeight - scroll.scrollTop : 0));
document.addEventListener("htmx:afterSwap", (event) => {
  if (!scroll?.contains(event.target)) return;
  dropDoubledDays();
  if (event.target.id === "messages" && following) toEnd();
  else scroll.scrollTop = scroll.scrollHeight - before;
  if (event.target.id === "messages") markRead();
});

document.addEventListener("htmx:load", (event) => {
  if (event.target.id === "rows") document.dispatchEvent(new CustomEvent("unread-changed"));
});

function dropDoubledDays() {
  let last = "";
  for (const day of messages().querySelectorAll(".messages-day")) {
    const moment = day.querySelector("time").dateTime;
    if (moment === last) day.remove();
    last = moment;
  }
}

// What is below the edge of the thread, or came after it was drawn, was not seen.
function lastSeen() {
  const edge = scroll.getBoundingClientRect().bottom;
  const shown = [...messages().querySelectorAll("[data-message]")];
  return shown.filter((one) => one.getBoundingClientRect().top < edge).at(-1)?.dataset.message ?? "";
}

let marked = "";
function markRead() {
  if (!composer || document.hidden) return;
  const seen = lastSeen();
  if (!seen) return;
  marked = seen;
  composer.elements.seen.value = seen;
  const body = new URLSearchParams({ message_id: seen });
  const sent = fetch(composer.dataset.read, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body });
  sent.then(() => tell("rows", "inbox-changed")).catch(() => {});
}

const playing = () => [...document.querySelectorAll("#messages audio, #messages video")].some((one) => !one.paused);

// What is being listened to is not torn away: the thread follows once it is silent.
async function changed() {
  if (playing()) {
    tell("rows", "inbox-changed");
    return false;
  }
  tell("messages", "messages-changed");
  tell("facts", "facts-changed");
  if (!composer || document.hidden) tell("rows", "inbox-changed");
  return true;
}

if (inbox) follow("pulse", inbox.dataset.pulse, changed);
toEnd();
markRead();
document.addEventListener("visibilitychange", markRead);

// The composer

const field = composer?.elements.text;

function chooseKind() {
  const note = composer.elements.kind.value === "note";
  field.placeholder = note ? field.dataset.notePlaceholder : field.dataset.messagePlaceholder;
}

function quote(message) {
  const shown = composer.querySelector("[data-quote]");
  composer.elements.reply_to.value = message?.dataset.message ?? "";
  shown.hidden = !message;
  if (message) shown.querySelector("span").textContent = message.querySelector(".bubble-text")?.textContent ?? "";
}

function emptied() {
  field.value = "";
  composer.elements.file.value = "";
  composer.querySelector("[data-chosen]").textContent = "";
  quote(null);
  localStorage.removeItem(`draft:${composer.dataset.draft}`);
  following = true;
  toEnd();
}

if (composer) {
  composer.addEventListener("change", (event) => {
    if (event.target.name === "kind") chooseKind();
    if (event.target.name === "file")
      composer.querySelector("[data-chosen]").textContent = event.target.files[0]?.name ?? "";
  });
  composer.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== composer) return;
    // To htmx a refusal with an answer is a success too; what was typed must stay then.
    if (event.detail.successful && event.detail.xhr.status < 400) emptied();
    else field.dispatchEvent(new Event("input", { bubbles: true }));
    tell("rows", "inbox-changed");
    field.focus();
  });
  messages().addEventListener("dblclick", (event) => {
    const message = event.target.closest("[data-message]");
    if (message) quote(message);
  });
  onAction("drop-quote", () => quote(null));
  onAction("insert-reply", (button) => {
    field.setRangeText(button.dataset.text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    button.closest("[popover]").hidePopover();
    field.focus();
  });
  chooseKind();
}
