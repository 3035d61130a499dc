// How one picture gives way to the next in the browser, as the player does it on the glass (edge/player/transitions.py).

// `since` milliseconds of the transition are over already; `done` runs when only the new one is to be seen.
export function come(element, { kind, durationMs }, since, before, done) {
  const left = durationMs - since;
  if (!before || kind === "cut" || left < 60 || matchMedia("(prefers-reduced-motion: reduce)").matches) return done();
  const frames = {
    crossfade: [{ opacity: 0 }, { opacity: 1 }],
    slide: [{ translate: "100% 0" }, { translate: "0 0" }],
    wipe: [{ clipPath: "inset(0 100% 0 0)" }, { clipPath: "inset(0 0 0 0)" }],
  }[kind];
  const how = { duration: left, easing: "ease-in-out" };
  if (kind === "slide") before.animate([{ translate: "0 0" }, { translate: "-100% 0" }], how);
  element.animate(frames, how).finished.then(done, done);
}

export function leave(picture) {
  picture.stop?.();
  picture.element.remove();
}
