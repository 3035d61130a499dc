// One item's picture for the browser's player: an element, whether it may be swapped in, and what it does with time.
// `at(sinceMs, lengthMs)` is called while it is on; `start` when it comes in; `stop` when it is over.

import { _ } from "./words.js";

const PAPER = { image, video, pdf, text, webpage };
const FITS = { contain: "contain", cover: "cover", stretch: "fill" };
const DRIFT_S = 0.4;

export function make(shown, asset) {
  const kind = PAPER[asset?.type] || card;
  const picture = kind(shown, asset || { title: _("Content that is gone") });
  picture.element.classList.add("player-picture");
  return picture;
}

function file(shown, asset) {
  return `/api/content/${shown.contentId}/file?v=${asset.sha256.slice(0, 12)}`;
}

function image(shown, asset) {
  return still(shown, file(shown, asset), asset);
}

function still(shown, address, asset) {
  const element = new Image();
  const picture = { element, ready: false };
  element.alt = asset.title;
  element.style.objectFit = FITS[shown.fit];
  element.src = address;
  const done = () => (picture.ready = true);
  element.decode().then(done, done);
  return picture;
}

function video(shown, asset) {
  const element = document.createElement("video");
  const picture = { element, ready: false };
  Object.assign(element, { muted: true, playsInline: true, preload: "auto", src: file(shown, asset), ariaLabel: asset.title });
  element.style.objectFit = FITS[shown.fit];
  for (const event of ["canplay", "error"]) element.addEventListener(event, () => (picture.ready = true), { once: true });
  picture.start = () => element.play().catch(() => {});
  picture.stop = () => element.removeAttribute("src");
  picture.at = (since) => {
    const length = element.duration;
    if (!element.isConnected || !length || element.seeking) return;
    const wanted = Math.min(since / 1000, length);
    if (Math.abs(element.currentTime - wanted) > DRIFT_S) element.currentTime = wanted;
    if (element.paused && wanted < length) element.play().catch(() => {});
  };
  return picture;
}

// Page by page, each for its share of the item's time; pages come as pictures from the server.
function pdf(shown, asset) {
  const pages = Math.max(1, asset.pages || 1);
  const page = (number) => `/api/content/${shown.contentId}/pages/${number}?v=${asset.sha256.slice(0, 12)}`;
  const share = (Date.parse(shown.endsAt) - Date.parse(shown.startedAt)) / pages;
  const picture = still(shown, page(1), asset);
  let on = 1;
  picture.at = (since) => {
    const wanted = Math.min(pages, 1 + Math.floor(Math.max(0, since) / share));
    if (wanted === on) return;
    on = wanted;
    picture.element.src = page(on);
    if (on < pages) new Image().src = page(on + 1);
  };
  return picture;
}

function text(shown, asset) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const picture = { element, ready: true };
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", asset.text || asset.title);
  picture.start = () => write(element, asset.text || "");
  return picture;
}

// As large as fits, centred; the browser measures, so it waits until the element is on the page.
function write(svg, words) {
  const box = svg.getBoundingClientRect();
  svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  const lines = (size) => {
    svg.replaceChildren();
    const pen = svg.appendChild(document.createElementNS(svg.namespaceURI, "text"));
    pen.setAttribute("font-size", size);
    const wide = (line) => ((pen.textContent = line), pen.getComputedTextLength());
    const wrapped = words.split("\n").flatMap((paragraph) => wrap(paragraph, box.width * 0.9, wide));
    return wide(wrapped.reduce((most, line) => (wide(line) > wide(most) ? line : most), "")) <= box.width * 0.9 ? wrapped : null;
  };
  let size = Math.max(8, box.height * 0.25);
  let found = lines(size);
  while ((!found || found.length * size * 1.25 > box.height * 0.9) && size > 8) found = lines((size = Math.max(8, size * 0.9)));
  svg.replaceChildren();
  (found || [words]).forEach((line, number, all) => {
    const pen = svg.appendChild(document.createElementNS(svg.namespaceURI, "text"));
    pen.setAttribute("font-size", size);
    pen.setAttribute("x", box.width / 2);
    pen.setAttribute("y", box.height / 2 + (number - (all.length - 1) / 2) * size * 1.25);
    pen.textContent = line;
  });
}

function wrap(paragraph, width, wide) {
  const lines = [];
  let line = "";
  for (const word of paragraph.split(/\s+/).filter(Boolean)) {
    const longer = `${line} ${word}`.trim();
    if (line && wide(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

// Web pages are shown by screens only: this page may load nothing of other servers.
function webpage(shown, asset) {
  return card(shown, { title: asset.title, note: asset.url });
}

function card(shown, { title, note = "" }) {
  const element = document.createElement("div");
  element.className = "player-card";
  const words = document.createElement("strong");
  words.textContent = title;
  const fine = document.createElement("span");
  fine.textContent = note;
  element.append(words, fine);
  return { element, ready: true };
}
