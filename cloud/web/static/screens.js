// Many screens at once: choosing them survives the page's own refreshes; what was done can be undone.
import { Problem, call } from "./api.js";
import { done, say } from "./forms.js";
import { refreshSoon } from "./live.js";
import { _, many } from "./words.js";

const MOST_IN_ADDRESS = 30;
const bar = document.getElementById("bulk");
const chosen = new Set();

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-pick-one]")) return;
  const { id } = target.closest("[data-id]").dataset;
  if (target.checked) chosen.add(id);
  else chosen.delete(id);
  tell();
});
document.addEventListener("refreshed", tell);
addEventListener("pageshow", tell);

function tell() {
  for (const box of document.querySelectorAll("[data-pick-one]")) box.checked = chosen.has(box.closest("[data-id]").dataset.id);
  bar.hidden = chosen.size === 0;
  bar.querySelector("[data-count]").textContent = many("%(count)s chosen", "%(count)s chosen", chosen.size);
  const publish = bar.querySelector("[data-to-publish]");
  publish.hidden = chosen.size > MOST_IN_ADDRESS;
  publish.href = `/publish?${new URLSearchParams([...chosen].map((id) => ["screen", id]))}`;
}

bar.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if ("none" in button.dataset) {
    chosen.clear();
    tell();
  }
  if ("all" in button.dataset) trying(all);
  if (button.dataset.tell) trying(() => order(button.dataset.tell, button.textContent.trim()));
});

bar.querySelector("#bulk-tag").addEventListener("submit", (event) => {
  event.preventDefault();
  const tag = event.target.elements.tag.value.trim();
  if (!tag) return event.target.elements.tag.focus();
  trying(() => change({ [event.submitter?.value || "add"]: [tag] }, tag));
});

async function trying(work) {
  const problem = bar.querySelector(".problem");
  problem.hidden = true;
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    problem.textContent = fault.message;
    problem.hidden = false;
  }
}

// Those on the other pages too.
async function all() {
  const query = new URLSearchParams(location.search);
  query.delete("page");
  query.set("limit", "200");
  for (;;) {
    const { body } = await call("GET", `/api/devices?${query}`);
    body.items.forEach(({ id }) => chosen.add(id));
    if (!body.nextCursor) return tell();
    query.set("cursor", body.nextCursor);
  }
}

async function order(type, name) {
  const { body } = await call("POST", "/api/devices/commands", { target: { deviceIds: [...chosen] }, type });
  say(many("%(name)s: %(count)s screen will do it, when it is back if it is away.", "%(name)s: %(count)s screens will do it, those that are away when they are back.", body.deviceIds.length, { name }));
}

async function change(what, tag) {
  const { body } = await call("POST", "/api/devices/tags", { target: { deviceIds: [...chosen] }, ...what });
  const [added, removed] = [body.added[tag] || [], body.removed[tag] || []];
  refreshSoon();
  if (!added.length && !removed.length) return say(_("They were so already."));
  const words = added.length
    ? many("%(count)s screen tagged %(tag)s.", "%(count)s screens tagged %(tag)s.", added.length, { tag })
    : many("%(tag)s taken off %(count)s screen.", "%(tag)s taken off %(count)s screens.", removed.length, { tag });
  done(words, async () => {
    const undo = added.length ? { target: { deviceIds: added }, remove: [tag] } : { target: { deviceIds: removed }, add: [tag] };
    await call("POST", "/api/devices/tags", undo);
    refreshSoon();
  });
}
