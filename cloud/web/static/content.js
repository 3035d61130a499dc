// Uploads with their progress (XMLHttpRequest: fetch still tells nothing about what went out), and deleting.
import { Problem, answer, call } from "./api.js";
import { ask, say } from "./forms.js";
import { refreshSoon } from "./live.js";

const drop = document.getElementById("drop");
const files = document.getElementById("files");
const uploads = document.getElementById("uploads");
const template = document.getElementById("upload");
const waiting = [];
let running = false;

files.addEventListener("change", () => {
  add(files.files);
  files.value = "";
});
for (const name of ["dragover", "dragenter"]) {
  addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  add(event.dataTransfer.files);
});

function add(chosen) {
  for (const file of chosen) {
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector(".upload-name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", `Upload of ${file.name}`);
    uploads.append(row);
    waiting.push([file, row]);
  }
  if (!running) work();
}

async function work() {
  running = true;
  while (waiting.length) {
    const [file, row] = waiting.shift();
    const state = row.querySelector(".upload-state");
    try {
      await send(file, row.querySelector("progress"), state);
      row.remove();
      refreshSoon();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      row.classList.add("failed");
      row.querySelector("progress").remove();
      state.textContent = problem.message;
    }
  }
  running = false;
}

function send(file, progress, state) {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/content");
    request.upload.onprogress = ({ loaded, total }) => {
      progress.value = (100 * loaded) / total;
      state.textContent = loaded === total ? "being checked" : `${Math.floor((100 * loaded) / total)} %`;
    };
    request.onerror = () => reject(new Problem(0, { detail: "The connection broke." }));
    request.onload = () => {
      try {
        resolve(answer(request.status, request.responseText, "/api/content"));
      } catch (problem) {
        reject(problem);
      }
    };
    request.send(form);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-delete]");
  if (!button) return;
  const dialog = document.getElementById("delete");
  const inUse = dialog.querySelector("[data-in-use]");
  let force = "";
  inUse.hidden = true;
  ask(dialog, { name: button.dataset.name }, async () => {
    try {
      await call("DELETE", `/api/content/${button.dataset.delete}${force}`);
    } catch (problem) {
      if (problem.status === 409) {
        force = "?force=true";
        inUse.hidden = false;
      }
      throw problem;
    }
    say(`${button.dataset.name} is deleted.`);
    button.blur();
    refreshSoon();
  });
});

// What is being prepared is asked for again soon, even if nothing tells us.
setInterval(() => document.querySelector('[data-status="processing"]') && refreshSoon(), 1500);
