// The schedule editor: one rule, what it means and does to a screen's week before it is saved, and undoable deleting.
import { answer, call } from "./api.js";
import { deletes } from "./deleting.js";
import { busy, clear, onSend } from "./forms.js";
import { localize } from "./times.js";
import { targetOf, watchTarget } from "./target.js";
import { guard } from "./unsaved.js";
import { _ } from "./words.js";

const CALM_MS = 350;
const form = document.getElementById("schedule");
const place = document.getElementById("preview");
let waiting = null;
let asked = 0;

function recurrence(given) {
  const kind = given.get("kind");
  if (kind === "weekly") {
    return { kind, days: given.getAll("day").map(Number), startTime: given.get("startTime"), endTime: given.get("endTime") };
  }
  if (kind === "once") return { kind, start: given.get("start"), end: given.get("end") };
  if (kind === "cron") {
    return { kind, expression: given.get("expression").trim(), durationMs: Number(given.get("minutes")) * 60000 };
  }
  return { kind: "always" };
}

function written() {
  const given = new FormData(form);
  const [kind, id] = (given.get("what") || "playlistId:").split(":");
  return {
    name: given.get("name").trim(),
    playlistId: kind === "playlistId" ? id : null,
    layoutId: kind === "layoutId" ? id : null,
    target: targetOf(form),
    priority: Number(given.get("priority")),
    timezone: given.get("timezone"),
    startsOn: given.get("startsOn") || null,
    endsOn: given.get("endsOn") || null,
    recurrence: recurrence(given),
  };
}

function turn() {
  for (const part of form.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== form.elements.kind.value;
  clearTimeout(waiting);
  waiting = setTimeout(look, CALM_MS);
}

// What is not finished yet is no error: the sentence says what is missing, without marking fields.
async function look() {
  const number = (asked += 1);
  const draft = { schedule: { ...written(), name: written().name || _("This schedule") } };
  if (form.dataset.id) draft.scheduleId = form.dataset.id;
  try {
    const response = await fetch("/schedules/preview", { method: "POST", body: JSON.stringify(draft) });
    const text = await response.text();
    if (!response.ok) answer(response.status, text, "/schedules/preview");
    if (number !== asked) return;
    const fresh = new DOMParser().parseFromString(text, "text/html").body;
    localize(fresh);
    place.replaceChildren(...document.adoptNode(fresh).childNodes);
    document.dispatchEvent(new Event("refreshed"));
  } catch (problem) {
    if (number !== asked) return;
    const words = document.createElement("p");
    words.className = "hint";
    words.textContent = _("Not yet: %(problem)s", { problem: problem.errors?.map(({ message }) => message).join("; ") || problem.message });
    place.replaceChildren(words);
  }
}

watchTarget(form);
const keep = guard(written);
form.addEventListener("input", turn);
form.addEventListener("change", turn);
turn();

onSend(form, async () => {
  clear(form);
  const { id, etag } = form.dataset;
  await (id ? call("PUT", `/api/schedules/${id}`, written(), etag ? { "If-Match": etag } : {}) : call("POST", "/api/schedules", written()));
  keep();
  location.assign("/schedules");
});

deletes(form.querySelector("[data-delete]"), {
  path: `/api/schedules/${form.dataset.id}`,
  name: () => form.elements.name.value,
  afterwards: "/schedules",
  before: keep,
});

form.querySelector("[data-copy]")?.addEventListener("click", () => busy(form, async () => {
  const wanted = written();
  const { body } = await call("POST", "/api/schedules", { ...wanted, name: _("%(name)s (copy)", { name: wanted.name }) });
  keep();
  location.assign(`/schedules/${body.id}`);
}));
