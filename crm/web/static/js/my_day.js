// One's day fetches itself anew when a task was planned or done.
import "./composer.js";

document.addEventListener("timeline-changed", async () => {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("my-day");
  for (const part of [".my-day-tasks > .tasks-head, .my-day-tasks > .tasks, .my-day-tasks > .empty"]) {
    for (const old of document.querySelectorAll(part)) old.remove();
    document.querySelector(".my-day-tasks").append(...fresh.querySelectorAll(part));
  }
  document.querySelector("#todo-title small").textContent = fresh.querySelector("#todo-title small").textContent;
  window.htmx.process(document.querySelector(".my-day-tasks"));
});
