// A screen in the browser. The server says step by step what is on and when (the screen's own manifest, the
// evaluator's answers); here the pictures are got ready ahead and swapped in when they are, as a player does it.
import { Problem, call } from "./api.js";
import { make } from "./media.js";
import { come, leave } from "./turning.js";
import { send, settled } from "./upload.js";
import { _, percentage } from "./words.js";

const LISTENING_MS = 15000;
const DEAF_MS = 3000;
const TICK_MS = 40;
const BAR_MS = 3500;

const place = document.getElementById("main");
const stage = document.getElementById("stage");
const idle = document.getElementById("idle");
const device = place.dataset.device;
const zones = new Map();
const ready = new Map();
let last = Promise.resolve();
let next = null;
let asking = null;
let plan = { steps: [], assets: {}, revision: "" };
let ahead = 0;
let canvas = { width: 1920, height: 1080 };

// The server's clock decides; half of the way there and back is taken as the way back.
async function look() {
  const query = new URLSearchParams(device ? { deviceId: device } : { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const asked = Date.now();
  try {
    const { body } = await call("GET", `/api/watch?${query}`);
    const late = (Date.now() - asked) / 2;
    if (!ahead || late < 500) ahead = Date.parse(body.at) + late - Date.now();
    plan = body;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // what is known plays on; the next time may do better
  }
}

// One at a time: who asks meanwhile gets the one after. And in a while again, in case that nothing is told.
function ask() {
  next ??= last = last.then(async () => {
    next = null;
    await look();
    clearTimeout(asking);
    asking = setTimeout(ask, told.readyState === EventSource.OPEN ? LISTENING_MS : DEAF_MS);
  });
  return last;
}

const told = new EventSource("/api/events");
told.onopen = ask; // what was told before nobody heard
told.onmessage = ({ data }) => JSON.parse(data).type === "plan:changed" && ask();
addEventListener("pagehide", () => told.close());

function now() {
  return Date.now() + ahead;
}

function step(at) {
  return plan.steps.find(({ start, end }) => Date.parse(start) <= at && (!end || at < Date.parse(end))) || plan.steps.at(-1);
}

function name(shown) {
  return [shown.zoneId, shown.itemId, shown.startedAt, plan.assets[shown.contentId]?.sha256].join(" ");
}

function tick() {
  const at = now();
  const current = step(at);
  if (current) {
    draw(current, at);
    const next = plan.steps[plan.steps.indexOf(current) + 1];
    if (next) next.zones.forEach(prepare);
    forget([...current.zones, ...(next?.zones || [])].map(name));
  }
  setTimeout(tick, TICK_MS);
}

function draw(current, at) {
  canvas = current;
  fit();
  stage.style.background = current.background;
  stage.classList.toggle("bright", bright(current.background));
  for (const [id, zone] of zones) if (!current.zones.some((shown) => shown.zoneId === id)) drop(id, zone);
  for (const shown of current.zones) show(shown, at);
  idle.hidden = current.zones.length > 0;
  const titles = current.zones.map((shown) => plan.assets[shown.contentId]?.title).filter(Boolean).join(", ");
  const told = document.getElementById("title");
  if (told.textContent !== titles) told.textContent = titles;
}

// Texts stand out as they do on a screen.
function bright(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 >= 140;
}

function fit() {
  const scale = Math.min(place.clientWidth / canvas.width, place.clientHeight / canvas.height);
  Object.assign(stage.style, { width: `${canvas.width * scale}px`, height: `${canvas.height * scale}px` });
}

function show(shown, at) {
  const zone = zoneOf(shown);
  const wanted = name(shown);
  const picture = prepare(shown);
  picture.at?.(at - Date.parse(shown.startedAt), Date.parse(shown.endsAt) - Date.parse(shown.startedAt));
  if (zone.name === wanted || !picture.ready) return;
  const before = zone.picture;
  Object.assign(zone, { name: wanted, picture });
  zone.box.append(picture.element);
  picture.start?.();
  come(picture.element, shown.transition, at - Date.parse(shown.startedAt), before?.element, () => before && leave(before));
}

function zoneOf(shown) {
  let zone = zones.get(shown.zoneId);
  if (!zone) {
    zone = { box: document.createElement("div"), name: "", picture: null };
    zone.box.className = "player-zone";
    zones.set(shown.zoneId, zone);
    stage.append(zone.box);
  }
  const share = (part, whole) => `${(100 * part) / whole}%`;
  Object.assign(zone.box.style, {
    insetInlineStart: share(shown.x, canvas.width), insetBlockStart: share(shown.y, canvas.height),
    width: share(shown.width, canvas.width), height: share(shown.height, canvas.height), zIndex: shown.z,
  });
  return zone;
}

// Gets an item's picture ready; called again it is the same one.
function prepare(shown) {
  const wanted = name(shown);
  if (!ready.has(wanted)) ready.set(wanted, make(shown, plan.assets[shown.contentId]));
  return ready.get(wanted);
}

// What was got ready and is neither on nor next any more.
function forget(wanted) {
  const shown = [...zones.values()].map((zone) => zone.name);
  for (const [known, picture] of ready) {
    if (wanted.includes(known) || shown.includes(known)) continue;
    ready.delete(known);
    if (!picture.element.isConnected) picture.stop?.();
  }
}

function drop(id, zone) {
  if (zone.picture) leave(zone.picture);
  zone.box.remove();
  zones.delete(id);
}

// The first picture, without leaving the page.
const file = document.getElementById("first-file");
file?.addEventListener("change", async () => {
  const [sending, bar, trouble, form] = ["[data-sending]", "progress", ".problem", "[data-ask]"].map((one) => idle.querySelector(one));
  const busy = (on) => [[sending, !on], [bar, !on], [form, on], [trouble, true]].forEach(([part, hidden]) => (part.hidden = hidden));
  busy(true);
  try {
    const [chosen] = file.files;
    const content = await settled(await send(chosen, {
      told: (bytes) => {
        bar.value = (100 * bytes) / chosen.size;
        sending.textContent = bytes < chosen.size ? _("%(percent)s sent", { percent: percentage(bar.value) }) : _("Being checked");
      },
      broke: (words) => (sending.textContent = words),
    }));
    const target = device ? { deviceIds: [device] } : { all: true };
    await call("POST", "/api/publish", { contentId: content.id, target, level: "normal" });
    sending.textContent = _("Published: here it comes.");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    busy(false);
    trouble.textContent = problem.message;
    trouble.hidden = false;
    file.value = "";
  }
});

// The bar shows while somebody is there: with a pointer, a finger or the keyboard.
let resting;
function awake() {
  place.classList.remove("resting");
  clearTimeout(resting);
  resting = setTimeout(() => idle.hidden && !place.querySelector(".player-bar :focus-visible") && place.classList.add("resting"), BAR_MS);
}
for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) addEventListener(kind, awake);
addEventListener("resize", fit);
document.getElementById("whole").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : place.requestFullscreen()));

awake();
await ask();
tick();
