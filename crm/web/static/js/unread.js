// Keeps the number beside the inbox in the sidebar: asked for now and then, and only while the page is seen.
const EVERY = 5000;

const mark = document.querySelector("[data-unread]");
let timer;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(mark.dataset.unread, { cache: "no-store", headers: { "HX-Request": "true" } }).catch(
    () => null,
  );
  if (answer?.status === 401) clearInterval(timer);
  if (answer?.ok) mark.innerHTML = await answer.text();
}

if (mark) {
  timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("unread-changed", look);
}
