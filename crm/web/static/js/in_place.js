// A field of a record's page is changed where it is shown: its link brings the form, Enter saves, Escape gives up.
const before = new WeakMap();
const PLACE = "[data-editable]";
const EDITED = "edited-in-place";
const headers = { "HX-Request": "true" };

export function focusField(place) {
  window.htmx?.process(place);
  const field = place.querySelector(".input:not([type=hidden]), input:not([type=hidden]), select, textarea");
  field?.focus();
  field?.select?.();
}

// In a text of several lines Enter saves too: a further line takes Shift.
export function linesNeedShift(event, form) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
  event.preventDefault();
  form.requestSubmit();
}

async function open(link) {
  const place = link.closest(PLACE);
  const answer = await fetch(link.href, { headers });
  if (!answer.ok || before.has(place)) return;
  before.set(place, place.innerHTML);
  place.innerHTML = await answer.text();
  focusField(place);
}

function leave(place) {
  place.innerHTML = before.get(place);
  before.delete(place);
  place.querySelector("[data-edit-here]").focus();
}

async function save(form) {
  if (form.dataset.saving) return;
  form.dataset.saving = "1";
  const place = form.closest(PLACE);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
  if (answer.ok) {
    sessionStorage.setItem(EDITED, new URL(form.action).pathname);
    location.reload();
    return;
  }
  place.innerHTML = await answer.text();
  focusField(place);
}

// After a save the page is read anew: whoever works by keyboard goes on where they were.
export function enhance(root) {
  const edited = root === document && sessionStorage.getItem(EDITED);
  if (!edited) return;
  sessionStorage.removeItem(EDITED);
  const link = [...document.querySelectorAll("a[data-edit-here]")].find((each) => each.pathname === edited);
  link?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-edit-here]");
  if (link && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    open(link);
  } else if (event.target.closest?.(`${PLACE} [data-cell-keep]`)) {
    location.reload();
  }
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(`${PLACE} [data-cell-form]`);
  if (!form) return;
  linesNeedShift(event, form);
  if (event.key !== "Escape") return;
  event.preventDefault();
  leave(form.closest(PLACE));
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest(`${PLACE} [data-cell-form]`);
  if (!form) return;
  event.preventDefault();
  save(form);
});
