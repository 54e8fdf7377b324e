// The reader's choices that the server draws by: scheme, folded sidebar. Kept in cookies: no flash on load.
import { base, keep, onAction } from "./page.js";

const root = document.documentElement;

function choose(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  keep("theme", theme);
  for (const item of document.querySelectorAll("[data-theme-choice]")) {
    item.setAttribute("aria-checked", String(item.dataset.themeChoice === theme));
  }
}

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-theme-choice]");
  if (!item) return;
  event.preventDefault();
  choose(item.dataset.themeChoice);
});

onAction("swap-theme", () => {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  choose((root.dataset.theme || system) === "dark" ? "light" : "dark");
});

// On a desk it is folded by choice, on a narrower screen unfolded by choice.
const narrow = matchMedia("(max-width: 64rem)");

export function toggleSidebar() {
  if (narrow.matches) {
    const unfolded = document.body.classList.toggle("sidebar-expanded");
    document.querySelector(".only-rail")?.setAttribute("aria-expanded", String(unfolded));
    return keep("rail", unfolded ? "expanded" : "");
  }
  const folded = document.body.classList.toggle("sidebar-collapsed");
  keep("sidebar", folded ? "collapsed" : "");
}

onAction("toggle-sidebar", toggleSidebar);

matchMedia("(min-width: 64.0625rem)").addEventListener("change", () => {
  const sidebar = document.getElementById("sidebar");
  if (sidebar?.matches(":popover-open")) sidebar.hidePopover();
});

// Set-up proposes the zone that this browser lives in.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("[data-browser-timezone]")) {
  if (zone && !field.value) field.value = zone;
}

// And the address by which it is read, unless that is of this machine alone.
const nearby = /^(localhost|127\.[\d.]+|\[::1\])$/.test(location.hostname);
for (const field of document.querySelectorAll("[data-own-address]")) {
  if (!nearby && !field.value) field.value = location.origin + base();
}

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll('[data-key="mod"]')) key.textContent = "⌘";
}
