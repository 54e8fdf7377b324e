// Forms: sent once, by Ctrl/⌘-Enter too; asks before what cannot be undone; filters go out by themselves.
const asking = document.getElementById("confirm");

function ask(form) {
  asking.querySelector("h2").textContent = form.dataset.confirm;
  asking.querySelector("p").textContent = form.dataset.confirmText ?? "";
  asking.querySelector('[value="yes"]').textContent = form.dataset.confirmLabel;
  asking.returnValue = "no";
  asking.showModal();
  asking.addEventListener(
    "close",
    () => {
      if (asking.returnValue !== "yes") return;
      form.dataset.confirmed = "1";
      form.requestSubmit();
    },
    { once: true },
  );
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    return ask(form);
  }
  if (form.method !== "post" || event.defaultPrevented || form.matches("[hx-post], [data-upload]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  const button = event.submitter ?? form.querySelector('[type="submit"]');
  setTimeout(() => button?.setAttribute("aria-busy", "true"), 150);
});

// A page that comes back from the browser's memory is ready to be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll('button[aria-busy="true"]')) button.removeAttribute("aria-busy");
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.target.closest?.("#main form")?.requestSubmit();
});

// Filters without a fragment to fetch: a change loads the page anew.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form && !form.hasAttribute("hx-get")) form.requestSubmit();
});

// A select that was refused shows what is still true.
document.addEventListener("request:refused", (event) => {
  const select = event.target.closest("select");
  const saved = select?.querySelector("option[selected]");
  if (saved) select.value = saved.value;
});

document.querySelector("[data-focus]")?.focus();
