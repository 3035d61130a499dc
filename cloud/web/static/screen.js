// One screen: commands with their results, its settings, and unpairing that can be taken back for a while.
import { Problem, call } from "./api.js";
import { ask, onSend, undoable } from "./forms.js";
import { refreshSoon } from "./live.js";
import { localZone } from "./times.js";

const LOOK_AGAIN_MS = 700;
const WORDS = { queued: "waits until the screen is there", delivered: "the screen is at it", done: "done", failed: "failed" };

for (const table of document.querySelectorAll("table[data-zone]")) {
  if (table.dataset.zone === localZone()) continue;
  table.querySelectorAll(".yours").forEach((cell) => (cell.hidden = false));
}

const results = document.getElementById("results");
document.querySelector(".commands")?.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-command]");
  if (!button) return;
  const row = document.createElement("li");
  const name = button.textContent.trim();
  results.prepend(row);
  button.disabled = true;
  try {
    const path = `/api/devices/${button.parentElement.dataset.device}/commands`;
    const { body } = await call("POST", path, { type: button.dataset.command });
    await follow(row, name, `${path}/${body.commandId}`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    row.textContent = `${name}: ${problem.message}`;
  } finally {
    button.disabled = false;
  }
});

async function follow(row, name, path) {
  for (;;) {
    const { body } = await call("GET", path);
    // Where a page was opened, the number to sign in with is on the screen itself.
    const opened = body.result?.addresses?.length && `${body.result.addresses[0]}, with the number on the screen`;
    const reason = body.status === "failed" ? body.result?.error : opened;
    row.textContent = `${name}: ${WORDS[body.status] || body.status}${reason ? ` (${reason})` : ""}`;
    row.dataset.status = body.status;
    if (body.status === "done" || body.status === "failed") break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  refreshSoon();
}

const form = document.getElementById("settings");
if (form) {
  onSend(form, async () => {
    const given = new FormData(form);
    const wanted = {
      nickname: given.get("nickname").trim(),
      location: given.get("location").trim(),
      timezone: given.get("timezone"),
      tags: given.get("tags").split(",").map((tag) => tag.trim()).filter(Boolean),
      rotation: Number(given.get("rotation")),
      volume: Number(given.get("volume")),
      fallbackPlaylistId: given.get("fallbackPlaylistId") || null,
    };
    await call("PATCH", `/api/devices/${form.dataset.id}`, wanted, form.dataset.etag ? { "If-Match": form.dataset.etag } : {});
    location.reload();
  });
  form.querySelector("[data-unpair]").addEventListener("click", () => {
    ask(document.getElementById("unpair"), {}, async () => {
      undoable(`${form.elements.nickname.value} is being unpaired.`, async () => {
        await call("DELETE", `/api/devices/${form.dataset.id}`);
        location.assign("/screens");
      });
    });
  });
}
