// The choice of screens, in any form that has one.
import { many } from "./words.js";

export function watchTarget(form, changed = () => {}) {
  const place = form.querySelector("[data-target]");
  const some = place.querySelector("[data-some]");
  const tell = () => {
    some.hidden = form.elements.where.value === "all";
    const count = screensOf(form);
    place.querySelector("[data-count]").textContent = some.hidden ? "" : many("%(count)s screen chosen", "%(count)s screens chosen", count);
    changed();
  };
  place.addEventListener("change", tell);
  place.querySelector("[data-filter]")?.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = event.target.value.trim().toLowerCase();
    for (const choice of place.querySelectorAll("[data-pick] .choice")) {
      choice.hidden = !choice.textContent.toLowerCase().includes(words) && !choice.querySelector("input").checked;
    }
  });
  tell();
}

export function targetOf(form) {
  const given = new FormData(form);
  if (given.get("where") === "all") return { all: true };
  return { deviceIds: given.getAll("screen"), tags: given.getAll("tag") };
}

// How many screens it means.
export function screensOf(form) {
  const target = targetOf(form);
  const boxes = [...form.querySelectorAll("[name=screen]")];
  if (target.all) return boxes.length;
  return boxes.filter((box) => box.checked || (box.dataset.tags || "").split("\n").some((tag) => target.tags.includes(tag))).length;
}
