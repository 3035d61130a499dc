// What a screen is told, and what became of it.
import { Problem, call } from "./api.js";
import { refreshSoon } from "./live.js";
import { _ } from "./words.js";

const LOOK_AGAIN_MS = 700;
const WORDS = { queued: _("waits until the screen is there"), delivered: _("the screen is at it"), done: _("done"), failed: _("failed") };

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
    const opened = body.result?.addresses?.length && _("%(address)s, with the number on the screen", { address: body.result.addresses[0] });
    const reason = body.status === "failed" ? body.result?.error : opened;
    row.textContent = `${name}: ${WORDS[body.status] || body.status}${reason ? ` (${reason})` : ""}`;
    row.dataset.status = body.status;
    if (body.status === "done" || body.status === "failed") break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  refreshSoon();
}
