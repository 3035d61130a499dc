// Forms for those who can't sign in: some send the token of a link that came by mail, which is in the fragment.
import { call } from "./api.js";
import { onSend } from "./forms.js";

const form = document.querySelector("form[data-send]");

onSend(form, async () => {
  const given = Object.fromEntries(new FormData(form));
  const token = new URLSearchParams(location.hash.slice(1)).get("token") || ""; // a second link opens no new page
  await call("POST", form.dataset.send, "token" in form.dataset ? { ...given, token } : given);
  if (form.dataset.then) location.assign(form.dataset.then);
  else {
    form.hidden = true;
    document.querySelector("[data-done]").hidden = false;
  }
});
