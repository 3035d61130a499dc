// Instants in the reader's own zone, as the page's language writes them.
import { locale } from "./words.js";

// Of 24 hours, as the server writes the screens' times beside them.
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { day: "numeric", month: "short" };
const written = (fields) => new Intl.DateTimeFormat(locale, fields);
const clock = written(TIME);
const exact = written({ ...TIME, second: "2-digit" });
const date = written({ weekday: "short", ...DAY, ...TIME });
const dateOfYear = written({ ...DAY, year: "numeric", ...TIME });
const dateExact = written({ ...DAY, ...TIME, second: "2-digit" });
const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const STEPS = [[60, "second"], [60, "minute"], [24, "hour"], [Infinity, "day"]];

function since(at) {
  let amount = (at - Date.now()) / 1000;
  for (const [many, unit] of STEPS) {
    if (Math.abs(amount) < many) return ago.format(Math.round(amount), unit);
    amount /= many;
  }
  return "";
}

export function localize(place = document) {
  showBothZones(place);
  for (const time of place.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = at.toLocaleString(locale);
    if ("ago" in time.dataset) time.textContent = since(at);
    else if ("since" in time.dataset) time.textContent = Date.now() - at < 64800000 ? clock.format(at) : dated(at);
    else if ("clock" in time.dataset) time.textContent = clock.format(at);
    else if ("clockExact" in time.dataset) time.textContent = exact.format(at);
    else if ("dateExact" in time.dataset) time.textContent = dateExact.format(at);
    else if ("date" in time.dataset) time.textContent = dated(at);
  }
}

export function exactly(at) {
  return exact.format(at);
}

// The year is said where it is another one.
function dated(at) {
  return (at.getFullYear() === new Date().getFullYear() ? date : dateOfYear).format(at);
}

// Tables of a screen's days have columns for the reader's own time: shown where that is another one.
function showBothZones(place) {
  for (const table of place.querySelectorAll("table[data-zone]")) {
    const same = table.dataset.zone === localZone();
    table.querySelectorAll(".yours").forEach((cell) => (cell.hidden = same));
  }
}

export function localZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
