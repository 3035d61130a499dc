// Publishing at once: what it changes before it is pressed, and the way to the glass afterwards.
import { call } from "./api.js";
import { finding } from "./finding.js";
import { onSend, say, show } from "./forms.js";
import { refreshSoon } from "./live.js";
import { targetOf, watchTarget } from "./target.js";

const MOST_NAMED = 6;
const form = document.getElementById("publish");

if (form) {
  const until = form.querySelector("[data-until]");
  const tell = () => {
    until.hidden = form.elements.durationMs.value !== "until";
    forecast();
  };
  watchTarget(form, tell);
  const filter = document.getElementById("content-filter");
  if (filter) finding(filter, document.getElementById("contents"), "/publish/choices", forecast);
  form.addEventListener("change", tell);
  onSend(form, publish);
}

async function publish() {
  const given = new FormData(form);
  const wanted = { target: targetOf(form), level: given.has("emergency") ? "emergency" : "normal" };
  if (!given.get("what")) return show(form, { message: "Choose what to publish.", errors: [] });
  if (!meant(wanted.target).length) return show(form, { message: "Choose at least one screen.", errors: [] });
  const [kind, id] = given.get("what").split(":");
  wanted[kind] = id;
  const length = given.get("durationMs");
  if (length === "until") {
    const at = new Date(given.get("until"));
    if (Number.isNaN(at.getTime())) return show(form, { message: "Say until when.", errors: [{ field: "/until", message: "a day and a time" }] });
    wanted.until = at.toISOString();
  } else if (length) wanted.durationMs = Number(length);
  if (wanted.level === "emergency" && !length) {
    return show(form, { message: "An emergency needs an end: say how long.", errors: [] });
  }
  await call("POST", "/api/publish", wanted);
  say("Published: it is on its way.");
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
    place.textContent = what ? "No screen is chosen yet." : "Nothing is chosen yet.";
    return;
  }
  const later = form.dataset.emergency !== undefined && !form.elements.emergency.checked;
  place.textContent = `“${what}” comes on ${boxes.length} ${boxes.length === 1 ? "screen" : "screens"}${later ? "; where an emergency is on air it waits behind it" : ""}.`;
  for (const box of boxes.slice(0, MOST_NAMED)) {
    const row = document.createElement("li");
    const now = box.dataset.status === "offline" ? "offline: when it is back" : box.dataset.now ? `instead of ${box.dataset.now}` : "";
    row.textContent = `${box.closest("label").textContent.trim()}${now ? `: ${now}` : ""}`;
    list.append(row);
  }
  if (boxes.length > MOST_NAMED) {
    const more = document.createElement("li");
    more.textContent = `and ${boxes.length - MOST_NAMED} more`;
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
