// The playlist editor: an ordered list, changed by buttons, saved as a whole.
import { call } from "./api.js";
import { onSend, say, show } from "./forms.js";

const form = document.getElementById("playlist");
const list = document.getElementById("items");
const moved = document.getElementById("moved");
let saved = written();

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  if (add) {
    list.append(add.nextElementSibling.content.firstElementChild.cloneNode(true));
    tell(`${title(list.lastElementChild)} added as number ${list.children.length}`);
  }
  const move = event.target.closest("[data-move]");
  if (move) shift(move.closest(".item"), move);
});

function shift(item, button) {
  const way = button.dataset.move;
  if (way === "up" && item.previousElementSibling) item.previousElementSibling.before(item);
  if (way === "down" && item.nextElementSibling) item.nextElementSibling.after(item);
  if (way === "out") {
    (item.nextElementSibling || item.previousElementSibling)?.querySelector("button").focus();
    item.remove();
    tell(`${title(item)} taken out`);
    return;
  }
  button.focus();
  tell(`${title(item)} is number ${[...list.children].indexOf(item) + 1} of ${list.children.length}`);
}

function tell(words) {
  document.getElementById("nothing").hidden = list.children.length > 0;
  moved.textContent = words;
}

function title(item) {
  return item.querySelector(".item-title").textContent;
}

function written() {
  const items = [...list.children].map((item) => {
    const field = (name) => item.querySelector(`[name=${name}]`).value;
    const kind = field("kind");
    const one = { contentId: item.dataset.content, fit: field("fit") };
    one.transition = { kind, durationMs: kind === "cut" ? 0 : Number(field("transitionMs")) || 500 };
    if (field("seconds")) one.durationMs = Math.round(Number(field("seconds")) * 1000);
    return one;
  });
  return JSON.stringify({
    name: form.elements.name.value.trim(),
    order: form.elements.shuffle.checked ? "shuffle" : "sequence",
    items,
  });
}

onSend(form, async () => {
  const wanted = JSON.parse(written());
  const { id, etag } = form.dataset;
  try {
    const { body } = id
      ? await call("PUT", `/api/playlists/${id}`, wanted, etag ? { "If-Match": etag } : {})
      : await call("POST", "/api/playlists", wanted);
    saved = written();
    location.assign(`/playlists/${body.id}?saved`);
  } catch (problem) {
    const wrong = problem.errors?.map(({ field, message }) => [field.match(/^\/items\/(\d+)\//), message]).find(([match]) => match);
    if (wrong) list.children[Number(wrong[0][1])]?.classList.add("wrong");
    throw problem;
  }
});

form.querySelector("[data-delete-playlist]")?.addEventListener("click", async () => {
  try {
    await call("DELETE", `/api/playlists/${form.dataset.id}`);
    saved = written();
    location.assign("/playlists");
  } catch (problem) {
    show(form, problem);
  }
});

addEventListener("beforeunload", (event) => {
  if (written() !== saved) event.preventDefault();
});

if (new URLSearchParams(location.search).has("saved")) {
  history.replaceState(null, "", location.pathname);
  say("Saved.");
}
