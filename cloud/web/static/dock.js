// The upload dock on every page: files wait in this browser (IndexedDB) until they are sent, so that walking to
// another page, or losing the network, loses none of them. What was broken off is sent again from its start.
import { Problem } from "./api.js";
import { refreshSoon } from "./live.js";
import { send } from "./upload.js";

const STORE = "uploads";
const KEPT_MS = 86400000;
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
  for (const record of await all()) await remove(record.id);
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
  row.querySelector("progress").setAttribute("aria-label", `Upload of ${record.name}`);
  rows.set(record.id, row);
  document.getElementById("uploads").append(row);
  if (record.state === "failed") fail(row, record.problem);
  dock().hidden = false;
}

function fail(row, words) {
  row.classList.add("failed");
  row.querySelector("progress").hidden = true;
  row.querySelector("[data-retry]").hidden = false;
  row.querySelector("[data-cancel]").textContent = "Dismiss";
  row.querySelector(".upload-state").textContent = words;
}

async function press(event) {
  const row = event.target.closest(".upload");
  if (!row) return;
  if (event.target.closest("[data-cancel]")) {
    aborts.get(row.dataset.id)?.abort();
    await gone(row.dataset.id);
  }
  if (event.target.closest("[data-retry]")) {
    const record = (await all()).find((one) => one.id === row.dataset.id);
    row.remove();
    rows.delete(row.dataset.id);
    if (!record) return;
    await put({ ...record, state: "waiting" });
    show({ ...record, state: "waiting" });
    work();
  }
}

async function gone(id) {
  await remove(id);
  rows.get(id)?.remove();
  rows.delete(id);
  dock().hidden = rows.size === 0;
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
  const state = row.querySelector(".upload-state");
  const controller = new AbortController();
  aborts.set(record.id, controller);
  try {
    await send(record.file, (percent) => {
      row.querySelector("progress").value = percent;
      state.textContent = percent < 100 ? `${Math.floor(percent)} %` : "being checked";
    }, { signal: controller.signal, key: record.method ? undefined : record.id, method: record.method, path: record.path });
    document.getElementById("dock-news").textContent = `${record.name} is uploaded.`;
    await gone(record.id);
    refreshSoon();
    document.dispatchEvent(new CustomEvent("uploaded", { detail: record.path || "" }));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (controller.signal.aborted) return;
    await put({ ...record, state: "failed", problem: problem.message });
    fail(row, problem.message);
  } finally {
    aborts.delete(record.id);
  }
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
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
