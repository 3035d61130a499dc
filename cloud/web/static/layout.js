// The layout editor: the numbers in the list are the truth, the drawing shows them to scale and changes them by drag.
import { call } from "./api.js";
import { deletes } from "./deleting.js";
import { onSend, show } from "./forms.js";
import { guard } from "./unsaved.js";
import { _, many } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const GRID = 10;
const SMALLEST = 20;
const DIVISIONS = {
  full: [["main", 0, 0, 1, 1]],
  bar: [["main", 0, 0, 1, 0.85], ["bar", 0, 0.85, 1, 0.15]],
  side: [["left", 0, 0, 0.7, 1], ["right", 0.7, 0, 0.3, 1]],
  quarters: [["a", 0, 0, 0.5, 0.5], ["b", 0.5, 0, 0.5, 0.5], ["c", 0, 0.5, 0.5, 0.5], ["d", 0.5, 0.5, 0.5, 0.5]],
};

const form = document.getElementById("layout");
const zones = document.getElementById("zones");
const drawing = document.getElementById("drawing");
let chosen = null;

const field = (zone, name) => zone.querySelector(`[name=${name}]`);
const number = (zone, name) => Number(field(zone, name).value);
const size = () => [Number(form.elements.layoutWidth.value) || 1, Number(form.elements.layoutHeight.value) || 1];

function make(name, attributes, parent) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  parent.append(one);
  return one;
}

function draw() {
  const [width, height] = size();
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.replaceChildren();
  make("rect", { class: "sheet", width, height, fill: form.elements.background.value }, drawing);
  const all = [...zones.children].map((zone, index) => [zone, index]).sort(([a], [b]) => number(a, "z") - number(b, "z"));
  for (const [zone, index] of all) {
    const [x, y, wide, high] = ["x", "y", "width", "height"].map((name) => number(zone, name));
    const shape = make("g", { class: zone === chosen ? "zone-shape chosen" : "zone-shape", "data-zone": index }, drawing);
    make("rect", { class: `tone-${index % 8}`, x, y, width: Math.max(wide, 0), height: Math.max(high, 0) }, shape);
    const letters = Math.round(width / 40);
    const words = make("text", { x: x + letters / 2, y: y + letters * 1.3, "font-size": letters }, shape);
    words.textContent = `${field(zone, "id").value}: ${field(zone, "playlistId").selectedOptions[0]?.textContent ?? ""}`.slice(0, Math.max(4, Math.floor(wide / letters / 0.58)));
    const corner = Math.round(width / 45);
    make("rect", { class: "corner", x: x + wide - corner, y: y + high - corner, width: corner, height: corner, "data-corner": "" }, shape);
    zone.classList.toggle("wrong", x < 0 || y < 0 || wide < 1 || high < 1 || x + wide > width || y + high > height);
  }
  for (const zone of zones.children) zone.classList.toggle("chosen", zone === chosen);
  const wrong = zones.querySelectorAll(".wrong").length;
  const count = zones.children.length;
  const told = wrong ? many("%(count)s zone reaches outside.", "%(count)s zones reach outside.", wrong) : many("%(count)s zone.", "%(count)s zones.", count);
  document.getElementById("told").textContent = count ? told : _("No zone yet: divide the screen, or add a zone.");
}

function add(values) {
  zones.append(document.getElementById("zone").content.firstElementChild.cloneNode(true));
  const zone = zones.lastElementChild;
  for (const [name, value] of Object.entries(values)) field(zone, name).value = value;
  chosen = zone;
}

// Where the pointer is, in pixels of the layout.
function at(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  return [point.x, point.y];
}

const snap = (value, low, high) => Math.min(Math.max(Math.round(value / GRID) * GRID, low), high);

drawing.addEventListener("pointerdown", (event) => {
  const shape = event.target.closest("[data-zone]");
  if (!shape) return;
  event.preventDefault();
  const zone = (chosen = zones.children[Number(shape.dataset.zone)]);
  const resizing = "corner" in event.target.dataset;
  const [startX, startY] = at(event);
  const [x, y, wide, high] = ["x", "y", "width", "height"].map((name) => number(zone, name));
  const [width, height] = size();
  drawing.setPointerCapture(event.pointerId);
  const follow = (moved) => {
    const [nowX, nowY] = at(moved);
    if (resizing) {
      field(zone, "width").value = snap(wide + nowX - startX, SMALLEST, width - x);
      field(zone, "height").value = snap(high + nowY - startY, SMALLEST, height - y);
    } else {
      field(zone, "x").value = snap(x + nowX - startX, 0, width - wide);
      field(zone, "y").value = snap(y + nowY - startY, 0, height - high);
    }
    draw();
  };
  const end = () => drawing.removeEventListener("pointermove", follow);
  drawing.addEventListener("pointermove", follow);
  drawing.addEventListener("pointerup", end, { once: true });
  drawing.addEventListener("pointercancel", end, { once: true });
  draw();
});

form.addEventListener("input", draw);
form.addEventListener("focusin", (event) => {
  const zone = event.target.closest(".zone");
  if (!zone || zone === chosen) return;
  chosen = zone;
  draw();
});
form.addEventListener("click", (event) => {
  const [width, height] = size();
  const divide = event.target.closest("[data-divide]");
  if (divide) {
    const playing = [...zones.children].map((zone) => field(zone, "playlistId").value);
    zones.replaceChildren();
    DIVISIONS[divide.dataset.divide].forEach(([id, x, y, wide, high], index) => {
      const values = { id, x: Math.round(x * width), y: Math.round(y * height), width: Math.round(wide * width), height: Math.round(high * height) };
      if (playing[index]) values.playlistId = playing[index];
      add(values);
    });
  } else if (event.target.closest("[data-add]")) {
    add({ id: `zone-${zones.children.length + 1}`, width: Math.round(width / 2), height: Math.round(height / 2), z: zones.children.length });
  } else if (event.target.closest("[data-remove]")) {
    event.target.closest(".zone").remove();
  } else if (event.target.closest("[data-turn]")) {
    [form.elements.layoutWidth.value, form.elements.layoutHeight.value] = [height, width];
  } else return;
  draw();
});
draw();

function written() {
  return {
    name: form.elements.name.value.trim(),
    width: size()[0],
    height: size()[1],
    background: form.elements.background.value,
    zones: [...zones.children].map((zone) => ({
      id: field(zone, "id").value.trim(),
      playlistId: field(zone, "playlistId").value,
      ...Object.fromEntries(["x", "y", "width", "height", "z"].map((name) => [name, number(zone, name)])),
    })),
  };
}

const keep = guard(written);

onSend(form, async () => {
  const wanted = written();
  if (!wanted.zones.length) return show(form, { message: _("A layout needs at least one zone."), errors: [] });
  const { id, etag } = form.dataset;
  await (id ? call("PUT", `/api/layouts/${id}`, wanted, etag ? { "If-Match": etag } : {}) : call("POST", "/api/layouts", wanted));
  keep();
  location.assign("/layouts");
});

deletes(form.querySelector("[data-delete]"), {
  path: `/api/layouts/${form.dataset.id}`,
  name: () => form.elements.name.value,
  afterwards: "/layouts",
  before: keep,
});
