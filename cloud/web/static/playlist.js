// The playlist editor: an ordered list, changed by buttons, saved as a whole.
import { call } from "./api.js";
import { deletes } from "./deleting.js";
import { busy, done, onSend, say } from "./forms.js";
import { make } from "./media.js";
import { finding } from "./finding.js";
import { sortable } from "./sorting.js";
import { come, leave } from "./turning.js";
import { guard } from "./unsaved.js";
import { _ } from "./words.js";

const form = document.getElementById("playlist");
const list = document.getElementById("items");
const moved = document.getElementById("moved");

for (const field of list.querySelectorAll("[data-instant]")) field.value = local(field.dataset.instant);
const keep = guard(written);
sortable(list, ".item", "[data-grip]", (item) => tell(numbered(item)));
form.addEventListener("input", count);
count();

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  if (add) {
    list.append(made(add));
    tell(_("%(title)s added as number %(number)s", { title: title(list.lastElementChild), number: list.children.length }));
  }
  const move = event.target.closest("[data-move]");
  if (move) shift(move.closest(".item"), move);
});

// An item of what a button of the shelf stands for.
function made(button) {
  const item = document.getElementById("item").content.firstElementChild.cloneNode(true);
  const { add: content, asset, natural } = button.dataset;
  Object.assign(item.dataset, { content, asset, natural });
  const { type, title } = JSON.parse(asset);
  item.querySelector(".item-title").textContent = title;
  item.querySelector(".choice-thumb").replaceWith(button.querySelector(".choice-thumb").cloneNode(true));
  if (type !== "video") {
    item.querySelector("[name=volume]").closest("label").remove();
    item.querySelector("[name=seconds]").placeholder = "10";
  }
  return item;
}

function shift(item, button) {
  const way = button.dataset.move;
  if (way === "up" && item.previousElementSibling) item.previousElementSibling.before(item);
  if (way === "down" && item.nextElementSibling) item.nextElementSibling.after(item);
  if (way === "out") {
    const next = item.nextElementSibling;
    (next || item.previousElementSibling)?.querySelector("button").focus();
    item.remove();
    const words = _("%(title)s taken out", { title: title(item) });
    tell(words);
    done(words, () => {
      if (next?.isConnected) next.before(item);
      else list.append(item);
      tell(numbered(item));
    });
    return;
  }
  button.focus();
  tell(numbered(item));
}

function numbered(item) {
  return _("%(title)s is number %(number)s of %(all)s", { title: title(item), number: place(item), all: list.children.length });
}

function place(item) {
  return [...list.children].indexOf(item) + 1;
}

function tell(words) {
  document.getElementById("nothing").hidden = list.children.length > 0;
  moved.textContent = words;
  count();
}

// How long one showing of an item is, in milliseconds: as written, else its own.
function length(item) {
  const seconds = Number(item.querySelector("[name=seconds]").value);
  return seconds > 0 ? seconds * 1000 : Number(item.dataset.natural);
}

function count() {
  const total = [...list.children].reduce((sum, item) => sum + length(item), 0) / 1000;
  const [hours, minutes, seconds] = [total / 3600, (total / 60) % 60, total % 60].map(Math.floor);
  const two = (number) => String(number).padStart(2, "0");
  const written = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : minutes ? `${minutes}:${two(seconds)}` : `${Math.round(total * 10) / 10} s`;
  document.getElementById("total").textContent = list.children.length ? _("One round takes %(time)s.", { time: written }) : "";
  document.getElementById("play").hidden = !list.children.length;
}

// Instants are UTC for the server and wall clock here, where they are typed.
function local(instant) {
  if (!instant) return "";
  const at = new Date(instant);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function title(item) {
  return item.querySelector(".item-title").textContent;
}

function written() {
  const items = [...list.children].map((item) => {
    const field = (name) => item.querySelector(`[name=${name}]`)?.value ?? "";
    const kind = field("kind");
    const one = { contentId: item.dataset.content, fit: field("fit") };
    one.transition = { kind, durationMs: kind === "cut" ? 0 : Math.round(Number(field("transitionSeconds")) * 1000) };
    if (field("seconds")) one.durationMs = Math.round(Number(field("seconds")) * 1000);
    if (field("volume")) one.volume = Number(field("volume"));
    for (const name of ["validFrom", "validUntil"]) if (field(name)) one[name] = new Date(field(name)).toISOString().replace(".000Z", "Z");
    return one;
  });
  return {
    name: form.elements.name.value.trim(),
    order: form.elements.shuffle.checked ? "shuffle" : "sequence",
    items,
  };
}

// A look at it as it will be: the pictures themselves, each for its own time, with the transitions between them.
const stage = document.getElementById("show");
const [glass, words] = stage.children;
let playing = null;
let shown = null;
document.getElementById("play").addEventListener("click", (event) => {
  clearTimeout(playing);
  stage.hidden = !stage.hidden;
  event.target.textContent = stage.hidden ? _("Preview") : _("Stop");
  if (shown) leave(shown);
  shown = null;
  if (!stage.hidden) turn(0);
});

function turn(number) {
  const item = list.children[number % list.children.length];
  if (!item || stage.hidden) return;
  const began = Date.now();
  const picture = make(asked(item, began), JSON.parse(item.dataset.asset));
  const seconds = Math.round(length(item) / 100) / 10;
  const enter = () => {
    if (stage.hidden) return leave(picture);
    if (!picture.ready) return void (playing = setTimeout(enter, 40));
    const before = shown;
    shown = picture;
    glass.append(picture.element);
    picture.start?.();
    come(picture.element, transition(item), 0, before?.element, () => before && leave(before));
    words.textContent = _("%(number)s of %(all)s: %(title)s, %(seconds)s s", { number: place(item), all: list.children.length, title: title(item), seconds });
    const start = Date.now();
    const go = () => {
      if (stage.hidden || shown !== picture) return;
      picture.at?.(Date.now() - start, length(item));
      playing = Date.now() - start >= length(item) ? setTimeout(turn, 0, place(item)) : setTimeout(go, 100);
    };
    go();
  };
  enter();
}

// What the player would be told of this item.
function asked(item, at) {
  return {
    contentId: item.dataset.content,
    fit: item.querySelector("[name=fit]").value,
    startedAt: new Date(at).toISOString(),
    endsAt: new Date(at + length(item)).toISOString(),
  };
}

function transition(item) {
  const kind = item.querySelector("[name=kind]").value;
  return { kind, durationMs: Math.min(length(item), Number(item.querySelector("[name=transitionSeconds]").value) * 1000) };
}

const filter = document.getElementById("shelf-filter");
if (filter) finding(filter, document.getElementById("shelf"), "/playlists/shelf");

onSend(form, async () => {
  const wanted = written();
  const { id, etag } = form.dataset;
  try {
    const { body } = id
      ? await call("PUT", `/api/playlists/${id}`, wanted, etag ? { "If-Match": etag } : {})
      : await call("POST", "/api/playlists", wanted);
    keep();
    location.assign(`/playlists/${body.id}?saved`);
  } catch (problem) {
    const wrong = problem.errors?.map(({ field, message }) => [field.match(/^\/items\/(\d+)\//), message]).find(([match]) => match);
    if (wrong) list.children[Number(wrong[0][1])]?.classList.add("wrong");
    throw problem;
  }
});

deletes(form.querySelector("[data-delete-playlist]"), {
  path: `/api/playlists/${form.dataset.id}`,
  name: () => form.elements.name.value,
  afterwards: "/playlists",
  before: keep,
});

form.querySelector("[data-copy]")?.addEventListener("click", () => busy(form, async () => {
  const wanted = written();
  const { body } = await call("POST", "/api/playlists", { ...wanted, name: _("%(name)s (copy)", { name: wanted.name }) });
  keep();
  location.assign(`/playlists/${body.id}?saved`);
}));

if (new URLSearchParams(location.search).has("saved")) {
  history.replaceState(null, "", location.pathname);
  say(_("Saved."));
}
