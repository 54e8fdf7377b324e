// Fragments in flight: the thin line on top, the CSRF token, and a plain word when one fails.
import { csrfToken, refusalIn, text } from "./page.js";
import { toast } from "./toasts.js";

let inFlight = 0;

function count(by) {
  inFlight = Math.max(0, inFlight + by);
  document.documentElement.classList.toggle("loading", inFlight > 0);
}

function explain({ status, responseText }) {
  if (status === 401) return text("expired");
  if (status === 503 || status === 429) return text("busy");
  return (status !== 500 && refusalIn(responseText)) || text("failed");
}

// Of answers that bring their own words along.
const hasSpoken = (request) => request.getResponseHeader("HX-Trigger")?.includes('"toast"');

export function watchRequests() {
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeRequest", () => count(1));
  document.addEventListener("htmx:afterRequest", () => count(-1));
  document.addEventListener("htmx:sendError", () => toast(text("offline"), { bad: true }));
  document.addEventListener("htmx:responseError", (event) => {
    if (!hasSpoken(event.detail.xhr)) toast(explain(event.detail.xhr), { bad: true });
    event.target.dispatchEvent(new CustomEvent("request:refused", { bubbles: true }));
  });
  addEventListener("beforeunload", () => document.documentElement.classList.add("loading"));
  addEventListener("pageshow", () => document.documentElement.classList.remove("loading"));
}
