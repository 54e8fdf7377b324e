// The order of the stages, by dragging their grips; the kind decides which numbers a stage has.
import Sortable from "../vendor/sortable/sortable.js";
import { csrfToken, text } from "./page.js";
import { toast } from "./toasts.js";

// The moved stage has a new version, which its forms must know.
function renew(item, answer) {
  for (const version of item.querySelectorAll('[name="version"]'))
    version.value = version.defaultValue = answer.headers.get("ETag").replaceAll('"', "");
}

async function keep(item, position, back) {
  const body = new URLSearchParams({
    position,
    pipeline_id: item.parentElement.dataset.pipeline,
    csrf_token: csrfToken(),
  });
  const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() };
  const answer = await fetch(item.dataset.address, { method: "POST", body, headers }).catch(() => null);
  if (answer?.ok) return renew(item, answer);
  back();
  toast(text(answer ? "failed" : "offline"), { bad: true });
}

for (const list of document.querySelectorAll("[data-stages]")) {
  if (!list.querySelector(".grip")) continue;
  let back;
  Sortable.create(list, {
    handle: ".grip",
    animation: 140,
    ghostClass: "card-ghost",
    onStart({ item }) {
      const next = item.nextElementSibling;
      back = () => list.insertBefore(item, next);
    },
    onEnd: ({ item, oldIndex, newIndex }) => oldIndex !== newIndex && keep(item, newIndex, back),
  });
}

function fit(form) {
  const open = form.elements.kind.value === "open";
  for (const name of ["probability", "stale_days"])
    form.elements[name].closest(".unit").classList.toggle("unit-unused", !open);
}

for (const form of document.querySelectorAll(".stage-form")) fit(form);
document.addEventListener("change", (event) => {
  const form = event.target.closest(".stage-form");
  if (form && event.target.name === "kind") fit(form);
});
