// Publishing at once: what it changes before it is pressed, and the way to the glass afterwards.
import { call } from "./api.js";
import { finding } from "./finding.js";
import { onSend, say, show } from "./forms.js";
import { refreshSoon } from "./live.js";
import { targetOf, watchTarget } from "./target.js";
import { _, many } from "./words.js";

const MOST_NAMED = 6;
const form = document.getElementById("publish");

if (form) {
  const until = form.querySelector("[data-until]");
  const tell = () => {
    endEmergency();
    until.hidden = form.elements.durationMs.value !== "until";
    forecast();
  };
  watchTarget(form, tell);
  const filter = document.getElementById("content-filter");
  if (filter) finding(filter, document.getElementById("contents"), "/publish/choices", forecast);
  form.addEventListener("change", tell);
  onSend(form, publish);
}

// It can't be without an end: an hour is proposed, and "until I end it" is not offered.
function endEmergency() {
  const { durationMs: length, emergency } = form.elements;
  length.querySelector('[value=""]').disabled = emergency.checked;
  if (emergency.checked && !length.value) length.value = "3600000";
}

async function publish() {
  const given = new FormData(form);
  const wanted = { target: targetOf(form), level: given.has("emergency") ? "emergency" : "normal" };
  if (!given.get("what")) return show(form, { message: _("Choose what to publish."), errors: [] });
  if (!meant(wanted.target).length) return show(form, { message: _("Choose at least one screen."), errors: [] });
  const [kind, id] = given.get("what").split(":");
  wanted[kind] = id;
  const length = given.get("durationMs");
  if (length === "until") {
    const at = new Date(given.get("until"));
    if (Number.isNaN(at.getTime())) return show(form, { message: _("Say until when."), errors: [{ field: "/until", message: _("a day and a time") }] });
    wanted.until = at.toISOString();
  } else if (length) wanted.durationMs = Number(length);
  await call("POST", "/api/publish", wanted);
  say(_("Published: it is on its way."));
  watch();
  document.getElementById("active").scrollIntoView({ behavior: "smooth", block: "nearest" });
}

function meant(target) {
  return [...form.querySelectorAll("[name=screen]")].filter(
    (box) => target.all || box.checked || (box.dataset.tags || "").split("\n").some((tag) => target.tags.includes(tag)),
  );
}

// In words: how many screens, what they show now, and what stands against it.
function forecast() {
  const what = form.querySelector("[name=what]:checked")?.closest("label").textContent.trim();
  const boxes = meant(targetOf(form));
  const place = form.querySelector("[data-change]");
  const list = form.querySelector("[data-changes]");
  list.replaceChildren();
  if (!what || !boxes.length) {
    place.textContent = what ? _("No screen is chosen yet.") : _("Nothing is chosen yet.");
    return;
  }
  const later = form.dataset.emergency !== undefined && !form.elements.emergency.checked;
  const comes = many("“%(what)s” comes on %(count)s screen.", "“%(what)s” comes on %(count)s screens.", boxes.length, { what });
  place.textContent = later ? `${comes} ${_("Where an emergency is on air it waits behind it.")}` : comes;
  for (const box of boxes.slice(0, MOST_NAMED)) {
    const row = document.createElement("li");
    const now = box.dataset.status === "offline" ? _("offline: when it is back") : box.dataset.now ? _("instead of %(now)s", { now: box.dataset.now }) : "";
    row.textContent = `${box.closest("label").textContent.trim()}${now ? `: ${now}` : ""}`;
    list.append(row);
  }
  if (boxes.length > MOST_NAMED) {
    const more = document.createElement("li");
    more.textContent = many("and %(count)s more", "and %(count)s more", boxes.length - MOST_NAMED);
    list.append(more);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-end]");
  if (!button) return;
  button.disabled = true;
  await call("DELETE", `/api/publish/${button.dataset.end}`).catch((problem) => say(problem.message));
  button.blur();
  refreshSoon();
});

// For a minute after publishing the way to the glass is watched closely.
function watch() {
  refreshSoon();
  const watching = setInterval(refreshSoon, 1000);
  setTimeout(() => clearInterval(watching), 60000);
}
