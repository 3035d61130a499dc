// The upload dock on every page: files wait in this browser (IndexedDB) until they are sent, so that walking to
// another page, or losing the network, loses none of them. Each goes on where it broke off (tus).
import { Problem } from "./api.js";
import { refreshSoon } from "./live.js";
import { end } from "./tus.js";
import { newId, send } from "./upload.js";
import { _, percentage } from "./words.js";

const STORE = "uploads";
const KEPT_MS = 86400000;
const ADDRESS = "vizora-upload-";
const rows = new Map();
const aborts = new Map();
let opened = null;
let working = false;

// Files may be chosen before the shelf has opened: whoever needs it waits for it.
function shelf() {
  return (opened ??= shelfOrMemory());
}

export async function open() {
  const place = dock();
  place.addEventListener("click", press);
  for (const record of await all()) {
    if (record.owner !== place.dataset.owner || Date.now() - record.at > KEPT_MS) await remove(record.id);
    else show(record);
  }
  work();
}

export async function add(files, target = {}) {
  for (const file of files) {
    const record = { id: newId(), at: Date.now(), owner: dock().dataset.owner, file, name: file.name, state: "waiting", ...target };
    await put(record);
    show(record);
  }
  work();
}

// Whoever signs out leaves no file behind for the next one.
export async function forget() {
  for (const controller of aborts.values()) controller.abort();
  for (const record of await all()) await gone(record.id);
}

async function all() {
  return (await shelf()).all();
}

async function put(record) {
  await (await shelf()).put(record);
}

async function remove(id) {
  await (await shelf()).remove(id);
}

function dock() {
  return document.getElementById("dock");
}

function show(record) {
  if (rows.has(record.id)) return;
  const row = document.getElementById("upload").content.firstElementChild.cloneNode(true);
  row.dataset.id = record.id;
  row.querySelector(".upload-name").textContent = record.name;
  row.querySelector("progress").setAttribute("aria-label", _("Upload of %(name)s", { name: record.name }));
  rows.set(record.id, row);
  document.getElementById("uploads").append(row);
  if (record.state === "failed") fail(row, record.problem);
  if (record.state === "paused") rest(row);
  row.querySelector("[data-pause]").hidden = record.state === "failed";
  dock().hidden = false;
}

function rest(row) {
  row.dataset.paused = "";
  row.querySelector("[data-pause]").textContent = _("Go on");
  row.querySelector(".upload-state").textContent = _("paused");
}

function fail(row, words) {
  row.classList.add("failed");
  row.querySelector("[data-pause]").hidden = true;
  row.querySelector("progress").hidden = true;
  row.querySelector("[data-retry]").hidden = false;
  row.querySelector("[data-cancel]").textContent = _("Dismiss");
  row.querySelector(".upload-state").textContent = words;
}

async function press(event) {
  const row = event.target.closest(".upload");
  const button = event.target.closest("button");
  if (!row || !button) return;
  const { id } = row.dataset;
  if ("cancel" in button.dataset) {
    aborts.get(id)?.abort();
    await gone(id);
  } else if (aborts.get(id)?.waiting) aborts.get(id).waiting(); // it waits for the network: now, then
  else if ("pause" in button.dataset && !("paused" in row.dataset)) {
    await put({ ...(await found(id)), state: "paused" });
    aborts.get(id)?.abort();
    rest(row);
  } else await again(id);
}

async function again(id) {
  const record = await found(id);
  rows.get(id)?.remove();
  rows.delete(id);
  if (!record) return;
  const next = { ...record, state: "waiting", round: (record.round || 0) + (record.state === "failed" ? 1 : 0) };
  await put(next);
  show(next);
  work();
}

async function found(id) {
  return (await all()).find((record) => record.id === id);
}

// Also from the server, when it had begun.
async function gone(id) {
  const address = addressOf(id);
  addressOf(id, null);
  await remove(id);
  rows.get(id)?.remove();
  rows.delete(id);
  dock().hidden = rows.size === 0;
  if (address) await end(address);
}

// Where an upload goes on, kept beside the file: a file is not written anew for that.
function addressOf(id, address) {
  try {
    if (address === null) localStorage.removeItem(ADDRESS + id);
    if (address) localStorage.setItem(ADDRESS + id, address);
    return localStorage.getItem(ADDRESS + id);
  } catch {
    return null;
  }
}

// One tab sends at a time; others wait for their turn.
async function work() {
  if (working) return;
  working = true;
  try {
    await ((await shelf()).shared && navigator.locks ? navigator.locks.request("vizora-uploads", empty) : empty());
  } finally {
    working = false;
  }
}

async function empty() {
  for (;;) {
    const record = (await all()).filter((one) => one.state === "waiting" && rows.has(one.id)).sort((a, b) => a.at - b.at)[0];
    if (!record) return;
    await one(record);
  }
}

async function one(record) {
  const row = rows.get(record.id);
  const controller = new AbortController();
  aborts.set(record.id, controller);
  try {
    await sent(record, row, controller);
    document.getElementById("dock-news").textContent = _("%(name)s is uploaded.", { name: record.name });
    addressOf(record.id, null);
    await gone(record.id);
    refreshSoon();
    document.dispatchEvent(new CustomEvent("uploaded", { detail: record.replaces || "" }));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (controller.signal.aborted) return;
    addressOf(record.id, null);
    await put({ ...record, state: "failed", problem: problem.message });
    fail(row, problem.message);
  } finally {
    aborts.delete(record.id);
  }
}

// A new version of content says which one it replaces.
function sent(record, row, controller) {
  let pace = null;
  const { size } = record.file;
  const again = row.querySelector("[data-retry]");
  return send(record.file, {
    told: (bytes, start) => {
      if (pace?.start !== start) pace = { start, words: pacer(size, start) };
      tell(row, (100 * bytes) / size, pace.words(bytes));
    },
    broke: (words) => {
      if (words) row.querySelector(".upload-state").textContent = words;
      again.hidden = !words;
    },
    controller,
    about: record.replaces ? { replaces: record.replaces } : {},
    key: `${record.id}-${record.round || 0}`,
    kept: {
      get address() {
        return addressOf(record.id);
      },
      set address(address) {
        addressOf(record.id, address);
      },
    },
  });
}

function tell(row, percent, words) {
  row.querySelector("progress").value = percent;
  row.querySelector(".upload-state").textContent = words;
}

// In words how far it is and how long it will take, by the pace since it went on.
function pacer(size, start) {
  const began = performance.now();
  return (sent) => {
    if (sent >= size) return _("being checked");
    const left = ((performance.now() - began) / (sent - start)) * (size - sent) / 1000;
    const words = left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`;
    const percent = percentage((100 * sent) / size);
    return sent > start && Number.isFinite(left) ? _("%(percent)s, %(time)s left", { percent, time: words }) : percent;
  };
}

async function shelfOrMemory() {
  try {
    return stored(await database());
  } catch {
    const kept = new Map();
    return { shared: false, all: async () => [...kept.values()], put: async (one) => kept.set(one.id, one), remove: async (id) => kept.delete(id) };
  }
}

function stored(db) {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = (mode) => db.transaction(STORE, mode).objectStore(STORE);
  return {
    shared: true,
    all: () => done(store("readonly").getAll()),
    put: (one) => done(store("readwrite").put(one)),
    remove: (id) => done(store("readwrite").delete(id)),
  };
}

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("vizora", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
