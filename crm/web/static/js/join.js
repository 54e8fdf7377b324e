// The invitation's secret stays in the address's fragment until the form is sent.
import { base, csrfToken } from "./page.js";

const form = document.querySelector("[data-join]");
const field = form.elements.namedItem("token");
const secret = field.value || decodeURIComponent(location.hash.slice(1));

function show(part, values = {}) {
  for (const element of document.querySelectorAll("[data-welcome]")) {
    element.hidden = element.dataset.welcome !== part;
    for (const slot of element.querySelectorAll("[data-slot]")) {
      slot.textContent = values[slot.dataset.slot] ?? "";
    }
  }
}

function fill(welcome) {
  const role = document.querySelector(`[data-role="${welcome.role}"]`).textContent;
  show("known", { workspace: welcome.workspace_name, role });
  if (!welcome.email) return;
  const email = form.elements.namedItem("email");
  email.value = welcome.email;
  email.readOnly = true;
}

async function look() {
  const answer = await fetch(`${base()}/api/invitations/welcome`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({ token: secret }),
  });
  const answered = await answer.json();
  if (answer.ok) return fill(answered.data);
  if (answer.status === 404 || answer.status === 422) {
    show("over");
    form.hidden = true;
  }
}

if (secret) {
  field.value = secret;
  field.closest(".field").hidden = true;
  look();
}
