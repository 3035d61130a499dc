// Signing in with an account one has elsewhere: asks where to go, with what the form beside it knows, and goes there.
import { call } from "./api.js";
import { clear, show } from "./forms.js";

const link = document.querySelector("a[data-sso]");
const form = document.querySelector("form");
const here = new URLSearchParams(location.search);
const secret = new URLSearchParams(location.hash.slice(1)).get("token");

link?.addEventListener("click", async (event) => {
  event.preventDefault();
  clear(form);
  // What is in the fragment (a claim key) comes along in the body: it is in no address that anybody logs.
  const wanted = { next: (here.get("next") || "/screens") + (link.dataset.sso === "sign-in" ? location.hash : "") };
  if (link.dataset.sso === "join") wanted.invitation = secret || "";
  if (link.dataset.sso === "found") {
    for (const name of ["organizationName", "setupToken"]) {
      const value = form.elements.namedItem(name)?.value;
      if (value) wanted[name] = value;
    }
    wanted.organizationName ??= "";
  }
  try {
    location.assign((await call("POST", "/api/auth/oidc", wanted)).body.location);
  } catch (problem) {
    show(form, problem);
  }
});
