// The composer of a record: one form at a time, emptied when what it held is kept; and why a lead was lost.
import { onAction } from "./page.js";

const tabsOf = (box) => [...box.querySelectorAll('[role="tab"]')];

function open(tab) {
  for (const other of tabsOf(tab.closest("[data-composer]"))) {
    const here = other === tab;
    other.setAttribute("aria-selected", String(here));
    other.tabIndex = here ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !here;
  }
}

// The form that offers an unsent draft is the one to see.
const offering = document.querySelector("[data-composer] form[data-offered]");
if (offering) open(document.getElementById(offering.getAttribute("aria-labelledby")));

document.addEventListener("click", (event) => {
  const tab = event.target.closest('[data-composer] [role="tab"]');
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(tab);
  document.getElementById(tab.getAttribute("aria-controls")).querySelector("textarea, .input").focus();
});

// An action at the top of the page: a task is written at once, a call is logged once it was made.
document.addEventListener("click", (event) => {
  const action = event.target.closest("[data-opens]");
  const tab = action && document.getElementById(`compose-${action.dataset.opens}-tab`);
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  open(tab);
  if (action.dataset.opens === "call") return;
  event.preventDefault();
  tab.scrollIntoView({ block: "center" });
  document.getElementById(tab.getAttribute("aria-controls")).querySelector("textarea, .input").focus();
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.('[data-composer] [role="tab"]');
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !by) return;
  const all = tabsOf(tab.closest("[data-composer]"));
  const next = all[(all.indexOf(tab) + by + all.length) % all.length];
  open(next);
  next.focus();
});

document.addEventListener("htmx:afterRequest", (event) => {
  // Its own request, not that of a part of it, such as the clocks of a time that is typed.
  const form = event.target.matches?.("form[data-compose]") ? event.target : null;
  const { successful, xhr } = event.detail;
  // To htmx a refusal with an answer is a success too; what was typed must stay then.
  if (form && successful && xhr.status < 400) form.reset();
});

const lost = document.getElementById("lost-dialog");

onAction("ask-why", (step) => {
  lost.querySelector('[name="stage_id"]').value = step.value;
  lost.showModal();
});
onAction("close-dialog", (button) => button.closest("dialog").close());
