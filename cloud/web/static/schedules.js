import { call } from "./api.js";
import { ask, onSend } from "./forms.js";

const form = document.getElementById("schedule");

function recurrence(given) {
  const kind = given.get("kind");
  if (kind === "weekly") {
    return { kind, days: given.getAll("day").map(Number), startTime: given.get("startTime"), endTime: given.get("endTime") };
  }
  if (kind === "once") return { kind, start: given.get("start"), end: given.get("end") };
  if (kind === "cron") {
    return { kind, expression: given.get("expression"), durationMs: Number(given.get("minutes")) * 60000 };
  }
  return { kind: "always" };
}

if (form) {
  const turn = () => {
    for (const part of form.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== form.elements.kind.value;
  };
  form.querySelectorAll("[name=kind]").forEach((choice) => choice.addEventListener("change", turn));
  turn();
  onSend(form, async () => {
    const given = new FormData(form);
    await call("POST", "/api/schedules", {
      name: given.get("name"),
      playlistId: given.get("playlistId"),
      target: given.get("where") === "all" ? { all: true } : { deviceIds: [given.get("where")] },
      priority: Number(given.get("priority")),
      timezone: given.get("timezone").trim() || "device",
      recurrence: recurrence(given),
    });
    location.reload();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-delete]");
  if (!button) return;
  ask(document.getElementById("delete"), { name: button.dataset.name }, async () => {
    await call("DELETE", `/api/schedules/${button.dataset.delete}`);
    location.reload();
  });
});
