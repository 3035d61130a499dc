// Sending a file so that a broken line costs little: by tus, each time from where it broke off.
import { Problem, call } from "./api.js";
import { create, go, place } from "./tus.js";
import { _ } from "./words.js";

const LOOK_AGAIN_MS = 500;
const LONGEST_WAIT_MS = 30000;
const PASSING = [0, 429, 502, 503, 504];

// Until it is there, however often the network goes away meanwhile; resolves to the content's id. `told` gets the bytes
// that are there and those that were when it went on; `broke` the problem, and no words when it is tried again.
// `controller` gives it up; while it waits it has `waiting`, which ends that. `about` is what else the server shall
// know, `kept.address` where it goes on; `key` makes a repeated beginning the same one.
export async function send(file, { told, broke, controller = new AbortController(), about = {}, key = newId(), kept = {} }) {
  for (let tries = 0; ; tries += 1) {
    try {
      const begun = kept.address;
      const known = begun && (await place(begun));
      const address = known ? begun : await create(file, begun ? newId() : key, about);
      kept.address = address;
      if (controller.signal.aborted) throw new Problem(0, { detail: _("Stopped.") });
      if (known?.contentId) return known.contentId;
      const start = known?.offset || 0;
      const sent = (bytes) => {
        tries = 0;
        told(bytes, start);
      };
      return await go(file, address, start, sent, controller.signal);
    } catch (problem) {
      if (!(problem instanceof Problem) || controller.signal.aborted || !PASSING.includes(problem.status)) throw problem;
      broke(_("%(problem)s It goes on by itself.", { problem: problem.message }));
      await moment(Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tries), controller);
      broke("");
    }
  }
}

// Ends early when the network is back, when somebody presses, and when the upload is given up.
function moment(ms, controller) {
  return new Promise((resolve) => {
    const over = () => {
      delete controller.waiting;
      clearTimeout(timer);
      removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    controller.waiting = over;
    addEventListener("online", over);
    controller.signal.addEventListener("abort", over);
  });
}

// Waits until the server has looked at the file. Throws a Problem with its reason when it can't be shown.
export async function settled(id) {
  for (;;) {
    const { body } = await call("GET", `/api/content/${id}`);
    if (body.uploadStatus === "failed") throw new Problem(422, { detail: body.uploadError || _("It can’t be shown."), details: { fault: body.uploadFault } });
    if (body.uploadStatus !== "processing") return body;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
