import { call } from "./api.js";
import { onSend, say, show } from "./forms.js";
import { refreshSoon } from "./live.js";

const form = document.getElementById("publish");
if (form) {
  onSend(form, async () => {
    const given = new FormData(form);
    if (!given.get("what")) {
      show(form, { message: "Choose what to publish.", errors: [] });
      return;
    }
    const [kind, id] = given.get("what").split(":");
    const target = given.get("where") === "all" ? { all: true } : { deviceIds: [given.get("where")] };
    const wanted = { [kind]: id, target, level: "normal" };
    if (given.get("durationMs")) wanted.durationMs = Number(given.get("durationMs"));
    await call("POST", "/api/publish", wanted);
    say("Published: it is on its way.");
    watch();
    document.getElementById("active").scrollIntoView({ behavior: "smooth", block: "nearest" });
  });
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
