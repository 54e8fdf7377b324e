// What every script needs of the page: its words, its token, small cookies, and actions named in the markup.
let words;

export function text(key, values = {}) {
  words ??= JSON.parse(document.getElementById("texts").textContent);
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// The words of a refusal: what its page or its fragment says in role=alert. Empty when nothing came.
export function refusalIn(html) {
  const said = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]");
  return said?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

// The sub-path below which the appliance lives; mostly empty.
export function base() {
  return document.querySelector('meta[name="base"]').content;
}

export function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = value ? 31536000 : 0;
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}

// An address whose origin the server does not know (`/join#…`) is completed with the one in the browser.
for (const field of document.querySelectorAll("input[data-address]")) {
  if (field.value.startsWith("/")) field.value = location.origin + field.value;
}

const actions = new Map();

export function onAction(name, run) {
  actions.set(name, run);
}

document.addEventListener("click", (event) => {
  const trigger = event.target.closest("[data-action]");
  const run = trigger && actions.get(trigger.dataset.action);
  if (!run || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  run(trigger, event);
});

// A link that acts as a button or a tab takes the space bar, too, as these do.
document.addEventListener("keydown", (event) => {
  const link = event.key === " " && event.target.closest?.("a[role='button'], a[role='tab']");
  if (!link) return;
  event.preventDefault();
  link.click();
});

onAction("go-back", () => history.back());
onAction("dismiss", (button) => {
  const banner = button.closest("[data-dismiss]");
  keep(banner.dataset.dismiss, "1");
  banner.remove();
});
for (const button of document.querySelectorAll('[data-action="go-back"]')) button.hidden = history.length < 2;
