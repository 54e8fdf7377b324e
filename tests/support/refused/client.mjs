// Sends each case's request so many times by Node's fetch; prints which statuses, or errors, it saw.
import { readFileSync } from "node:fs";

const { cases, times } = JSON.parse(readFileSync(0, "utf8"));

async function* pieces(size) {
  for (let sent = 0; sent < size; sent += 65536) yield Buffer.alloc(65536, 120);
}

async function attempt({ method, url, headers, size, form }) {
  const body = form === "chunked" ? pieces(size) : Buffer.alloc(size, 120);
  try {
    const answer = await fetch(url, { method, headers, body, duplex: "half" });
    await answer.text();
    return String(answer.status);
  } catch (error) {
    return `${error.cause?.code ?? error.cause ?? error}`;
  }
}

const seen = {};
for (const each of cases) {
  const counts = (seen[each.name] = {});
  for (let turn = 0; turn < times; turn += 1) {
    const outcome = await attempt(each);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
}
console.log(JSON.stringify(seen));
