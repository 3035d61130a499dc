// Many screens by one file: an enrolment token is made, and the file with it (and the Wi-Fi) is saved here.
import { call } from "./api.js";
import { ask, copies, onSend, undoable } from "./forms.js";
import { refreshSoon } from "./live.js";
import { _ } from "./words.js";

const FILE = "vizora-setup.toml";
const form = document.getElementById("enrol");

if (form) onSend(form, make);

async function make() {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  const { body } = await call("POST", "/api/devices/enrolment-tokens", {
    name: given.name,
    maxUses: Number(given.maxUses),
    expiresAt: new Date(`${given.expiresAt}T23:59:59`).toISOString(),
    location: given.location,
    tags: given.tags.split(",").map((tag) => tag.trim()).filter(Boolean),
    timezone: given.timezone,
  });
  try {
    save(await file(body.token, given));
  } catch (problem) {
    await call("DELETE", `/api/devices/enrolment-tokens/${body.id}`); // nobody has it
    throw problem;
  }
  refreshSoon();
  const secret = document.getElementById("secret");
  copies(secret, body.token);
  ask(secret, { token: body.token }, async () => {});
}

async function file(token, { ssid, password, country }) {
  const wifi = ssid ? { ssid, password, ...(country ? { country: country.toUpperCase() } : {}) } : null;
  return (await call("POST", "/api/devices/setup-file", { token, ...(wifi ? { wifi } : {}) })).text;
}

function save(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  Object.assign(document.createElement("a"), { href: address, download: FILE }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-revoke]");
  if (!button) return;
  undoable(_("“%(name)s” is being revoked.", { name: button.dataset.name }), async () => {
    await call("DELETE", `/api/devices/enrolment-tokens/${button.dataset.revoke}`);
    refreshSoon();
  });
});
