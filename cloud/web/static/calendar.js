// Drawing over hours of the calendar makes a schedule for them; a press on what is there opens it, as it does without.
import { findScreens } from "./finding.js";

const STEP = 30;
const DAY = 1440;
const MOVED_PX = 6;
const calendar = document.querySelector(".calendar[data-may]");

findScreens();

calendar?.addEventListener("pointerdown", (start) => {
  const day = start.target.closest(".calendar-day");
  if (!day || start.button !== 0 || start.pointerType === "touch") return;
  const from = minutes(day, start.clientY);
  let drawn = null;
  let to = from + 60;
  const follow = (event) => {
    if (!drawn && Math.abs(event.clientY - start.clientY) < MOVED_PX) return;
    drawn ??= day.appendChild(document.createElementNS(day.namespaceURI, "rect"));
    to = minutes(day, event.clientY);
    const [low, high] = stretch(from, to);
    const shape = { class: "calendar-drawn", width: "96%", x: 2, y: `${(100 * low) / DAY}%`, height: `${(100 * (high - low)) / DAY}%` };
    for (const [name, value] of Object.entries(shape)) drawn.setAttribute(name, value);
  };
  const end = (event) => {
    removeEventListener("pointermove", follow);
    if (event.type === "pointercancel") return drawn?.remove();
    if (!drawn && start.target.closest("a")) return;
    addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    make(day, ...stretch(from, to));
  };
  if (start.target.closest("a")) start.target.closest("a").ondragstart = () => false;
  addEventListener("pointermove", follow);
  for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, end, { once: true });
});

function minutes(day, y) {
  const box = day.getBoundingClientRect();
  const at = Math.floor(((y - box.top) / box.height) * DAY / STEP) * STEP;
  return Math.min(Math.max(0, at), DAY - STEP);
}

function stretch(from, to) {
  return to >= from ? [from, Math.min(DAY, to === from + 60 ? to : to + STEP)] : [to, from + STEP];
}

function make(day, low, high) {
  const words = (at) => `${String(Math.floor(at / 60) % 24).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  const query = { day: day.dataset.weekday, from: words(low), to: words(high), screen: calendar.dataset.screen };
  location.assign(`/schedules/new?${new URLSearchParams(query)}`);
}
