// Publishing at once: what it changes before it is pressed, and the way to the glass afterwards.
import { call } from "./api.js";
import { finding } from "./finding.js";
import { onSend, say, show } from "./forms.js";
import { refreshSoon } from "./live.js";
import { isEmpty, targetOf, watchTarget } from "./target.js";
import { _, many } from "./words.js";

const MOST_NAMED = 6;
const form = document.getElementById("publish");
let meant = { count: 0, items: [] };

if (form) {
  const until = form.querySelector("[data-until]");
  const tell = () => {
    endEmergency();
    until.hidden = form.elements.durationMs.value !== "until";
    forecast();
  };
  watchTarget(form, (answer) => {
    meant = answer;
    forecast();
  });
  tell();
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
  if (isEmpty(wanted.target)) return show(form, { message: _("Choose at least one screen."), errors: [] });
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

// In words: how many screens, what they show now, and what stands against it.
function forecast() {
  const what = form.querySelector("[name=what]:checked")?.closest("label").textContent.trim();
  const place = form.querySelector("[data-change]");
  const list = form.querySelector("[data-changes]");
  list.replaceChildren();
  if (!what || !meant.count) {
    place.textContent = what ? _("No screen is chosen yet.") : _("Nothing is chosen yet.");
    return;
  }
  const later = form.dataset.emergency !== undefined && !form.elements.emergency.checked;
  const comes = many("“%(what)s” comes on %(count)s screen.", "“%(what)s” comes on %(count)s screens.", meant.count, { what });
  place.textContent = later ? `${comes} ${_("Where an emergency is on air it waits behind it.")}` : comes;
  const named = meant.items.slice(0, MOST_NAMED);
  list.append(...named.map((screen) => row(becomes(screen))));
  if (meant.count > named.length) list.append(row(many("and %(count)s more", "and %(count)s more", meant.count - named.length)));
}

function becomes({ nickname, status, currentContent }) {
  const titles = [currentContent?.shown ?? []].flat().map((zone) => zone?.title).filter((title) => typeof title === "string");
  const now = status === "offline" ? _("offline: when it is back") : titles.length ? _("instead of %(now)s", { now: titles.join(", ") }) : "";
  return now ? `${nickname}: ${now}` : nickname;
}

function row(words) {
  return Object.assign(document.createElement("li"), { textContent: words });
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
