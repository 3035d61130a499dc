// The first picture on a screen that was just added: choose, publish, watch it arrive, without leaving the page.
import { Problem, call } from "./api.js";
import { send, settled } from "./upload.js";
import { _, percentage } from "./words.js";

const EVERY_MS = 1000;

export function startFirst(place, deviceId) {
  const part = (name) => place.querySelectorAll(`[data-first=${name}]`);
  const [file, publish, problem] = ["#first-file", "#first-publish", ".problem"].map((one) => place.querySelector(one));
  const state = place.querySelector("[data-fill=state]");
  const progress = place.querySelector("progress");
  const preview = place.querySelector("[data-preview]");
  let content = null;

  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    if (!chosen) return;
    problem.hidden = true;
    part("ask").forEach((one) => (one.hidden = true));
    part("picture").forEach((one) => (one.hidden = false));
    progress.hidden = false;
    preview.hidden = !chosen.type.startsWith("image/");
    if (!preview.hidden) preview.src = URL.createObjectURL(chosen);
    publish.hidden = false;
    publish.disabled = true;
    await tried(async () => {
      content = await settled(await send(chosen, {
        told: (bytes) => {
          progress.value = (100 * bytes) / chosen.size;
          state.textContent = bytes < chosen.size ? _("%(percent)s sent", { percent: percentage(progress.value) }) : _("Being checked");
        },
        broke: (words) => (state.textContent = words),
      }));
      progress.hidden = true;
      state.textContent = content.title;
      publish.disabled = false;
      publish.focus();
    });
  });

  publish.addEventListener("click", () =>
    tried(async () => {
      publish.disabled = true;
      const wanted = { contentId: content.id, target: { deviceIds: [deviceId] }, level: "normal" };
      const { body } = await call("POST", "/api/publish", wanted);
      publish.hidden = true;
      part("stages").forEach((one) => (one.hidden = false));
      watch(body.id);
    }),
  );

  async function tried(work) {
    try {
      await work();
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault;
      problem.textContent = fault.message;
      problem.hidden = false;
      publish.hidden = true;
      file.value = "";
      part("ask").forEach((one) => (one.hidden = false));
      part("picture").forEach((one) => (one.hidden = true));
    }
  }

  async function watch(publishId) {
    const { body } = await call("GET", `/api/publish/${publishId}/screens`).catch(() => ({ body: { items: [] } }));
    const row = body.items[0] || {};
    const times = [row.sentAt || row.downloadedAt || row.onGlassAt, row.downloadedAt || row.onGlassAt, row.onGlassAt];
    part("stages")[0].querySelectorAll(".stage").forEach((stage, index) => {
      if (!times[index] || stage.classList.contains("reached")) return;
      stage.classList.add("reached");
      stage.querySelector("use").setAttribute("href", stage.querySelector("use").getAttribute("href").replace("#clock", "#check"));
      stage.querySelector(".visually-hidden").remove();
    });
    if (!row.onGlassAt) setTimeout(watch, EVERY_MS, publishId);
  }
}
