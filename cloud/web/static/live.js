// Keeps a page true: when the server says that something happened (or every few seconds, when it can't say),
// the page is asked for anew and the parts marked data-live take its words. Nothing that has the focus is touched.
import { exactly, localize } from "./times.js";
import { _ } from "./words.js";

const CALM_MS = 300;
const POLL_MS = 5000;
const SPARE_POLL_MS = 30000;
const EVENTS = ["device:status", "device:now", "content:status", "publish:progress", "plan:changed"];

let waiting = null;
let polling = null;
let since = new Date();

export function refreshSoon() {
  waiting ??= setTimeout(refresh, CALM_MS);
}

async function refresh() {
  waiting = null;
  if (document.hidden) return;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.redirected) return tellStale(_("You are signed out: sign in again."));
    if (!response.ok) return tellStale(old());
    take(new DOMParser().parseFromString(await response.text(), "text/html"));
    tellStale("");
  } catch {
    tellStale(old()); // the next event or poll tries again
  }
}

// A page that can't be kept true says so.
function tellStale(words) {
  const place = document.getElementById("stale");
  place.textContent = words;
  place.hidden = !words;
  if (!words) since = new Date();
}

function old() {
  return _("No news from the server: this is how it was at %(time)s.", { time: exactly(since) });
}

function take(fresh) {
  for (const list of document.querySelectorAll("[data-live]:not([data-live=''])")) {
    const next = fresh.querySelector(`[data-live="${list.dataset.live}"]`);
    if (next && !sameParts(list, next)) replace(list, next);
  }
  for (const part of document.querySelectorAll("[data-live='']")) {
    const next = fresh.getElementById(part.id);
    if (next) replace(part, next);
  }
  document.dispatchEvent(new Event("refreshed"));
}

function sameParts(list, next) {
  const ids = (place) => [...place.querySelectorAll("[data-live='']")].map((part) => part.id).join();
  return ids(list) !== "" && ids(list) === ids(next);
}

function replace(old, next) {
  const fresh = document.adoptNode(next.cloneNode(true));
  localize(fresh);
  if (old.contains(document.activeElement) || plain(old) === plain(fresh)) return;
  old.replaceWith(fresh);
}

// What counts as a change: the text and the pictures, not the wording of "3 minutes ago".
function plain(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("[data-ago]").forEach((time) => (time.textContent = ""));
  return copy.outerHTML;
}

function poll(every) {
  clearInterval(polling);
  polling = setInterval(refreshSoon, every);
}

export function start() {
  if (!document.querySelector("[data-live]")) return;
  poll(POLL_MS);
  const source = new EventSource("/api/events");
  source.onopen = () => poll(SPARE_POLL_MS);
  source.onerror = () => poll(POLL_MS);
  source.onmessage = refreshSoon;
  EVENTS.forEach((name) => source.addEventListener(name, refreshSoon));
  addEventListener("pagehide", () => source.close());
  document.addEventListener("visibilitychange", refreshSoon);
  addEventListener("offline", refreshSoon);
  addEventListener("online", refreshSoon);
}
