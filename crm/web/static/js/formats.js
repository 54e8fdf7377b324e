// Numbers and moments as the pages write them: by the reader's locale and in the reader's zone, which the server names.
import { text } from "./page.js";

const formats = JSON.parse(document.querySelector('meta[name="formats"]').content);
const FIELDS = /'([^']*)'|(d+|M+|y+|H+|h+|m+|a)/g;
const DAY = 86400000;

export function number(value) {
  const [whole, decimals] = String(Math.abs(value)).split(".");
  const [last, others] = formats.sizes;
  const groups = [];
  for (let end = whole.length, size = last; end > 0; end -= size, size = others) {
    groups.unshift(whole.slice(Math.max(0, end - size), end));
  }
  return (value < 0 ? "-" : "") + groups.join(formats.group) + (decimals ? formats.decimal + decimals : "");
}

// The calendar and the clock where the reader is.
function partsOf(date) {
  const written = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn-hc-h23", {
    timeZone: formats.zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = Object.fromEntries(written.formatToParts(date).map((part) => [part.type, Number(part.value)]));
  return { d: parts.day, M: parts.month, y: parts.year, H: parts.hour, h: parts.hour % 12 || 12, m: parts.minute };
}

function write(pattern, parts) {
  return pattern.replace(FIELDS, (_, quoted, field) => {
    if (field === undefined) return quoted;
    if (field === "MMM") return formats.months[parts.M - 1];
    if (field === "a") return formats.halves[parts.H < 12 ? 0 : 1];
    return String(parts[field[0]]).padStart(field.length, "0");
  });
}

// The time of the day; `at` is in milliseconds or as the server writes it.
export function hour(at) {
  return write(formats.hour, partsOf(new Date(at)));
}

// `Today, 14:30`, or the date; `at` is in milliseconds.
export function moment(at, now = Date.now()) {
  const [then, today] = [partsOf(at), partsOf(now)];
  const days = Math.round((Date.UTC(then.y, then.M - 1, then.d) - Date.UTC(today.y, today.M - 1, today.d)) / DAY);
  const near = { [-1]: "yesterday", 0: "today" }[days];
  const day = near ? text(near) : write(then.y === today.y ? formats.dayOfYear : formats.day, then);
  return !near && then.y < today.y ? day : `${day}, ${write(formats.hour, then)}`;
}
