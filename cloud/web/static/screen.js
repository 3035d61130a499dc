// One screen: commands with their results, its settings, and unpairing that can be taken back for a while.
import "./commands.js";
import { call } from "./api.js";
import { ask, onSend, undoable } from "./forms.js";
import { _ } from "./words.js";

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
    if (given.has("updateChannel")) wanted.updateChannel = given.get("updateChannel") || null;
    await call("PATCH", `/api/devices/${form.dataset.id}`, wanted, form.dataset.etag ? { "If-Match": form.dataset.etag } : {});
    location.reload();
  });
  form.querySelector("[data-unpair]").addEventListener("click", () => {
    ask(document.getElementById("unpair"), {}, async () => {
      const words = _("%(name)s is being unpaired.", { name: form.elements.nickname.value });
      undoable(words, () => call("DELETE", `/api/devices/${form.dataset.id}`), () => location.assign("/screens"));
    });
  });
}

// Ends a screen that was copied or stolen; its place is kept for the device that is paired in it next.
document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-revoke]");
  if (!button) return;
  ask(document.getElementById("revoke"), {}, async () => {
    await call("POST", `/api/devices/${button.dataset.revoke}/revoke`);
    location.reload();
  });
});
