// Follows the change feed: one request waits for all that the page keeps up to date, and only while it is seen. Where
// the server cannot keep it waiting the page asks now and then; less and less often while there is no answer.
const WAIT_SECONDS = 25;
const EVERY = 1000;
const SELDOM = 5000;
const LONGEST = 30000;

const address = document.querySelector("[data-changes]")?.dataset.changes;
const followers = new Map();
let pause = EVERY;
let timer;
let waiting;

// `number` is what the page shows, `changed` shows what is there now; where it says false it is called again.
export function follow(name, number, changed) {
  followers.set(name, { number: String(number), changed });
  plan(EVERY);
}

// A change of our own need not be fetched twice.
export function seen(name, number) {
  const follower = followers.get(name);
  if (number && Number(number) > Number(follower.number)) follower.number = String(number);
}

function plan(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(look, milliseconds);
}

function ask(signal) {
  const names = [...followers.keys()].sort();
  const tag = names.map((name) => followers.get(name).number).join("-");
  return fetch(`${address}?follow=${names}&wait=${WAIT_SECONDS}`, {
    cache: "no-store",
    headers: { "If-None-Match": `"${tag}"`, "HX-Request": "true" },
    signal,
  });
}

async function tell(numbers) {
  for (const [name, number] of Object.entries(numbers)) {
    const follower = followers.get(name);
    if (follower.number === String(number)) continue;
    if (await follower.changed()) follower.number = String(number);
  }
}

// After an answer that came at once, though nothing changed, the server cannot keep us waiting.
function restAfter(answer, began) {
  if (answer.status === 200) return EVERY;
  if (answer.status !== 304) return (pause = Math.min(pause * 2, LONGEST));
  if (Date.now() - began > EVERY) return 0;
  return followers.size === 1 && followers.has("unread") ? SELDOM : EVERY;
}

async function look() {
  clearTimeout(timer);
  waiting?.abort();
  if (document.hidden || !address) return;
  const mine = (waiting = new AbortController());
  const began = Date.now();
  try {
    const answer = await ask(mine.signal);
    if (answer.status === 401) return;
    if (answer.status === 200) await tell(await answer.json());
    if (answer.status === 200 || answer.status === 304) pause = EVERY;
    if (waiting === mine) plan(restAfter(answer, began));
  } catch {
    if (waiting === mine && !mine.signal.aborted) plan((pause = Math.min(pause * 2, LONGEST)));
  }
}

document.addEventListener("visibilitychange", () => (followers.size ? look() : null));
