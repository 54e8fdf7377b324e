// A new lead in few words.
import { onAction } from "../page.js";
import { toast } from "../toasts.js";
import { phrase, say } from "./columns.js";
import { refresh } from "./refreshing.js";
import { send } from "./sending.js";

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
      toast(phrase("hidden", { title: values.title }));
  },
  true,
);
