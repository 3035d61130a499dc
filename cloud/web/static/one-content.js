// One piece of content: its words, a new version of its file, and deleting with what that takes away.
import { call } from "./api.js";
import { add } from "./dock.js";
import { deletes } from "./deleting.js";
import { onSend } from "./forms.js";
import { guard } from "./unsaved.js";

const form = document.getElementById("content");
const { id, etag } = form.dataset;

function written() {
  const given = new FormData(form);
  const wanted = {
    title: given.get("title").trim(),
    description: given.get("description"),
    tags: given.get("tags").split(",").map((tag) => tag.trim()).filter(Boolean),
  };
  for (const name of ["url", "text"]) if (given.has(name)) wanted[name] = given.get(name);
  return wanted;
}

const keep = guard(written);

onSend(form, async () => {
  await call("PATCH", `/api/content/${id}`, written(), etag ? { "If-Match": etag } : {});
  keep();
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

deletes(form.querySelector("[data-delete]"), {
  path: `/api/content/${id}`,
  name: () => form.elements.title.value,
  afterwards: "/content",
  before: keep,
});
