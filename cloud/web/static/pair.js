// Adding a screen. From its QR code: code and claim key are known, one button is left. Typed: it shows a number to send.
import { call } from "./api.js";
import { findScreens } from "./finding.js";
import { startFirst } from "./first.js";
import { busy, onSend } from "./forms.js";

const place = document.getElementById("pairing");
const [claim, confirm, done] = ["claim", "confirm", "done"].map((step) => place.querySelector(`[data-step="${step}"]`));
const given = new URLSearchParams(location.hash.slice(1));
const scannedCode = plain(given.get("code") || new URLSearchParams(location.search).get("code") || "");
const claimKey = given.get("claimKey") || "";
let scanned = false;
let wanted = {};

findScreens();
if (scannedCode) claim.elements.code.value = scannedCode;
if (scannedCode && claimKey) look();

// What the code belongs to, before anything is claimed.
async function look() {
  await busy(claim, async () => {
    const { body } = await call("POST", "/api/devices/pairing-preview", { code: scannedCode, claimKey });
    tell({ code: `${scannedCode.slice(0, 3)} ${scannedCode.slice(3)}`, ...known(body.device) });
    claim.querySelector("[data-found]").hidden = false;
    claim.querySelector("[data-typed]").hidden = true;
    scanned = true;
  });
}

// With the end of its number, as people read it out.
function known(device) {
  return { ...device, tail: `…${device.deviceIdentifier.slice(-4).toUpperCase()}` };
}

function tell(facts) {
  for (const spot of place.querySelectorAll("dd[data-fill]")) {
    const fact = facts[spot.dataset.fill];
    if (!fact) continue;
    spot.textContent = fact;
    spot.parentElement.hidden = false;
  }
}

function plain(code) {
  return code.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
}

onSend(claim, async () => {
  const form = new FormData(claim);
  wanted = {
    code: plain(form.get("code")),
    nickname: form.get("nickname").trim(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  if (scanned) wanted.claimKey = claimKey;
  if (form.get("replaceDeviceId")) wanted.replaceDeviceId = form.get("replaceDeviceId");
  await send();
});

onSend(confirm, async () => {
  wanted.confirmation = confirm.elements.confirmation.value.trim();
  await send();
});

async function send() {
  const { status, body } = await call("POST", "/api/devices/pair", wanted);
  if (status === 202) {
    tell(known(body.device));
    turnTo(confirm);
    confirm.elements.confirmation.focus();
    return;
  }
  history.replaceState(null, "", "/pair");
  done.querySelector("[data-fill=name]").textContent = body.device.nickname;
  done.querySelector("[data-publish]").href = `/publish?screen=${body.device.id}`;
  done.querySelector("[data-screen]").href = `/screens/${body.device.id}`;
  turnTo(done);
  startFirst(done, body.device.id);
  done.querySelector("#first-file").focus();
}

function turnTo(step) {
  for (const one of [claim, confirm, done]) one.hidden = one !== step;
}
