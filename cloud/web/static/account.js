// One's own account: password, one-time codes, and tokens for programs.
import { call } from "./api.js";
import { ask, copies, onSend, say, undoable } from "./forms.js";
import { refreshSoon } from "./live.js";
import { _ } from "./words.js";

const [check, enrol, recovery] = ["check", "enrol", "recovery"].map((id) => document.getElementById(id));

const password = document.getElementById("password");
onSend(password, async () => {
  const { currentPassword, newPassword } = Object.fromEntries(new FormData(password));
  await call("POST", "/api/auth/password", { currentPassword, newPassword });
  password.reset();
  say(_("Your password is changed."));
});

document.querySelector("[data-codes]").addEventListener("click", ({ target }) => {
  const on = target.dataset.codes === "on";
  check.querySelector("form").reset();
  ask(check, { title: on ? _("First: is it you?") : _("Switch one-time codes off?") }, async (form) => {
    const given = { password: form.elements.password.value };
    if (on) setUp((await call("POST", "/api/auth/totp", given)).body);
    else {
      await call("POST", "/api/auth/totp/disable", given);
      location.reload();
    }
  });
});

const settings = document.getElementById("settings");
onSend(settings, async () => {
  await call("PUT", "/api/auth/me/settings", { language: settings.elements.language.value || null });
  document.cookie = "language=; path=/; max-age=0; samesite=lax"; // what was chosen at the door gives way to the account
  location.reload();
});

function link() {
  check.querySelector("form").reset();
  ask(check, { title: _("First: is it you?") }, async (form) => {
    const { body } = await call("POST", "/api/auth/oidc/link", { password: form.elements.password.value });
    location.assign(body.location);
  });
}

function setUp({ secret, qrCode }) {
  enrol.querySelector("[data-qr]").src = qrCode;
  enrol.querySelector("form").reset();
  ask(enrol, { secret }, async (form) => {
    const { body } = await call("POST", "/api/auth/totp/confirm", { code: form.elements.code.value.trim() });
    show(body.recoveryCodes);
  });
}

function show(codes) {
  const rows = codes.map((code) => Object.assign(document.createElement("li"), { textContent: code }));
  recovery.querySelector("[data-codes-list]").replaceChildren(...rows);
  copies(recovery, codes.join("\n"));
  recovery.addEventListener("close", () => location.reload(), { once: true });
  ask(recovery, {}, async () => {});
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-token], [data-revoke], [data-link], [data-unlink]");
  if (!button) return;
  if ("link" in button.dataset) return link();
  if (button.dataset.unlink) {
    undoable(_("“%(name)s” is being unlinked.", { name: button.dataset.name }), async () => {
      await call("DELETE", `/api/auth/oidc/${button.dataset.unlink}`);
      refreshSoon();
    });
    return;
  }
  if (button.dataset.revoke) {
    undoable(_("“%(name)s” is being revoked.", { name: button.dataset.name }), async () => {
      await call("DELETE", `/api/api-tokens/${button.dataset.revoke}`);
      refreshSoon();
    });
    return;
  }
  const dialog = document.getElementById("token");
  dialog.querySelector("form").reset();
  ask(dialog, {}, async (form) => {
    const { body } = await call("POST", "/api/api-tokens", Object.fromEntries(new FormData(form)));
    const secret = document.getElementById("secret");
    copies(secret, body.token);
    secret.addEventListener("close", () => location.reload(), { once: true });
    ask(secret, { token: body.token }, async () => {});
  });
});
