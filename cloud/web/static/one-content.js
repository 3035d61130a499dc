// One piece of content: its words, a new version of its file, and deleting with what that takes away.
import { call } from "./api.js";
import { add } from "./dock.js";
import { ask, onSend } from "./forms.js";

const form = document.getElementById("content");
const { id, etag } = form.dataset;

onSend(form, async () => {
  const given = new FormData(form);
  const wanted = {
    title: given.get("title").trim(),
    description: given.get("description"),
    tags: given.get("tags").split(",").map((tag) => tag.trim()).filter(Boolean),
  };
  for (const name of ["url", "text"]) if (given.has(name)) wanted[name] = given.get(name);
  await call("PATCH", `/api/content/${id}`, wanted, etag ? { "If-Match": etag } : {});
  location.reload();
});

const files = document.getElementById("new-version");
files?.addEventListener("change", async () => {
  await add([...files.files], { replaces: id });
  files.value = "";
});
document.addEventListener("uploaded", (event) => {
  if (event.detail === id) location.reload();
});

form.querySelector("[data-delete]").addEventListener("click", () => {
  ask(document.getElementById("delete"), {}, async () => {
    await call("DELETE", `/api/content/${id}?force=true`);
    location.assign("/content");
  });
});
