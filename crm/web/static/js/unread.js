// Keeps the number beside the inbox in the sidebar.
import { follow } from "./live.js";

const mark = document.querySelector("[data-unread]");

async function show() {
  const answer = await fetch(mark.dataset.unread, { cache: "no-store", headers: { "HX-Request": "true" } }).catch(
    () => null,
  );
  if (answer?.ok) mark.innerHTML = await answer.text();
  return Boolean(answer?.ok);
}

if (mark) {
  follow("unread", mark.dataset.seen, show);
  document.addEventListener("unread-changed", show);
}
