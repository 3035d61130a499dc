// Instants in the reader's own zone, as the page's language writes them.
import { locale } from "./words.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const dateExact = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
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
    else if ("since" in time.dataset) time.textContent = (Date.now() - at < 64800000 ? clock : date).format(at);
    else if ("clock" in time.dataset) time.textContent = clock.format(at);
    else if ("clockExact" in time.dataset) time.textContent = exact.format(at);
    else if ("dateExact" in time.dataset) time.textContent = dateExact.format(at);
    else if ("date" in time.dataset) time.textContent = date.format(at);
  }
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
