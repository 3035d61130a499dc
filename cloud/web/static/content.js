// The content page: chosen files go into the dock; web pages and texts are made in dialogs.
import { call } from "./api.js";
import { add } from "./dock.js";
import { ask, say } from "./forms.js";
import { refreshSoon } from "./live.js";
import { _ } from "./words.js";

const files = document.getElementById("files");

files?.addEventListener("change", async () => {
  await add([...files.files]);
  files.value = "";
});

for (const button of document.querySelectorAll("[data-make]")) {
  button.addEventListener("click", () => {
    const type = button.dataset.make;
    const dialog = document.getElementById(`make-${type}`);
    dialog.querySelector("form").reset();
    ask(dialog, {}, async (form) => {
      await call("POST", "/api/content", { type, ...told(form) });
      say(_("It is there."));
      button.blur();
      refreshSoon();
    });
  });
}

// A text has other fields than a clock.
const kind = document.querySelector('#make-text [name="style.kind"]');
function fit() {
  for (const label of document.querySelectorAll("#make-text [data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(kind.value);
    for (const field of label.querySelectorAll("input, select, textarea")) field.disabled = label.hidden;
  }
}
kind?.addEventListener("change", fit);
kind?.form.addEventListener("reset", () => setTimeout(fit));
if (kind) fit();

// The form as an object: `style.clock.date` is a field within a field, and what is empty is not said.
function told(form) {
  const given = {};
  for (const [name, value] of new FormData(form)) {
    if (value === "") continue;
    const path = name.split(".");
    const last = path.pop();
    let place = given;
    for (const step of path) place = place[step] ??= {};
    place[last] = value === "on" ? true : value;
  }
  return given;
}

// What is being prepared is asked for again soon, even if nothing tells us.
setInterval(() => document.querySelector('[data-status="processing"]') && refreshSoon(), 1500);
