// The content page: files dropped anywhere on it go into the dock; web pages and texts are made in dialogs.
import { call } from "./api.js";
import { add } from "./dock.js";
import { ask, say } from "./forms.js";
import { refreshSoon } from "./live.js";

const drop = document.getElementById("drop");
const files = document.getElementById("files");

files?.addEventListener("change", async () => {
  await add([...files.files]);
  files.value = "";
});
if (drop) {
  for (const name of ["dragover", "dragenter"]) {
    addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.add("dropping");
    });
  }
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    add([...event.dataTransfer.files]);
  });
}

for (const button of document.querySelectorAll("[data-make]")) {
  button.addEventListener("click", () => {
    const type = button.dataset.make;
    const dialog = document.getElementById(`make-${type}`);
    dialog.querySelector("form").reset();
    ask(dialog, {}, async (form) => {
      const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
      await call("POST", "/api/content", { type, ...given });
      say("It is there.");
      button.blur();
      refreshSoon();
    });
  });
}

// What is being prepared is asked for again soon, even if nothing tells us.
setInterval(() => document.querySelector('[data-status="processing"]') && refreshSoon(), 1500);
