// Signing in and registering; both come back to the page that was wanted, with its fragment (a claim key).
import { call } from "./api.js";
import { onSend } from "./forms.js";

const next = new URLSearchParams(location.search).get("next") || "/screens";

for (const link of document.querySelectorAll("a[data-keep]")) link.href += location.search + location.hash;

const form = document.querySelector("form[data-session]");
if (form) {
  onSend(form, async () => {
    const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    try {
      await call("POST", form.dataset.session, given);
    } catch (problem) {
      if (problem.details?.totpRequired) {
        form.querySelector("[data-totp]").hidden = false;
        form.elements.totp.focus();
      }
      throw problem;
    }
    location.assign(ownPage(next) + location.hash);
  });
}

// Only a path on this very server: never somebody else's page.
function ownPage(path) {
  const url = new URL(path, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : "/screens";
}
