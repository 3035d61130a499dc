// The choice of screens, in any form that has one. Which they are in the end only the server knows: a tag's are not here.
import { call } from "./api.js";
import { finding, part, put } from "./finding.js";
import { many } from "./words.js";

const CALM_MS = 150;

// `changed` is told of each choice how many screens it means, and the first of them: {count, items}.
export function watchTarget(form, changed = () => {}) {
  const place = form.querySelector("[data-target]");
  const some = place.querySelector("[data-some]");
  const list = place.querySelector("[data-pick]");
  const field = place.querySelector("[data-find]");
  const find = finding(field, list, field.dataset.find);
  let found = false;
  let waiting = null;
  let asked = 0;

  const tell = () => {
    some.hidden = form.elements.where.value === "all";
    if (!some.hidden && !found) find();
    found ||= !some.hidden;
    clearTimeout(waiting);
    waiting = setTimeout(look, CALM_MS);
  };

  async function look() {
    const number = (asked += 1);
    const target = targetOf(form);
    const answer = await call("POST", "/api/devices/meant", { target }).catch(() => null);
    if (!answer || number !== asked) return;
    const { count } = answer.body;
    place.querySelector("[data-count]").textContent = target.all ? "" : many("%(count)s screen chosen", "%(count)s screens chosen", count);
    changed(answer.body);
  }

  // Those on the other pages too.
  async function takeAll() {
    for (let number = 1, pages = 1; number <= pages; number += 1) {
      const fresh = await part(field.dataset.find, { q: field.value.trim(), all: "", page: number });
      if (!fresh) return;
      pages = Number(fresh.querySelector("[data-told]").dataset.pages);
      fresh.querySelectorAll("input").forEach((box) => (box.checked = true));
      put(list, fresh);
    }
    list.querySelector("input")?.focus();
    tell();
  }

  place.addEventListener("change", (event) => event.target !== field && tell());
  list.addEventListener("click", ({ target }) => target.closest("[data-take-all]") && takeAll());
  tell();
}

export function targetOf(form) {
  const given = new FormData(form);
  if (given.get("where") === "all") return { all: true };
  return { deviceIds: given.getAll("screen"), tags: given.getAll("tag") };
}

export function isEmpty({ all, deviceIds, tags }) {
  return !all && !deviceIds.length && !tags.length;
}
