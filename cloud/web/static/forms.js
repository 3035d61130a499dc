// What forms and dialogs share: sending once, showing what is wrong where it is wrong, saying what was done.
import { Problem } from "./api.js";
import { _ } from "./words.js";

export function show(form, problem) {
  clear(form);
  const place = form.querySelector(".problem");
  const lost = [];
  for (const { field, message } of problem.errors || []) {
    const input = form.elements.namedItem(field.split("/").pop());
    if (input instanceof HTMLElement) mark(input, message);
    else lost.push(problem.errors.length === 1 ? message : `${field.slice(1)} ${message}`);
  }
  place.textContent = lost.length ? lost.join("; ") : problem.message;
  place.hidden = false;
  (form.querySelector("[aria-invalid]") || place).focus?.();
}

export function clear(form) {
  const place = form.querySelector(".problem");
  if (place) place.hidden = true;
  form.querySelectorAll("[aria-invalid]").forEach((input) => {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-errormessage");
  });
  form.querySelectorAll(".field-problem").forEach((note) => note.remove());
}

function mark(input, message) {
  const note = document.createElement("span");
  note.className = "field-problem";
  note.id = `problem-${input.name}`;
  note.textContent = message;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-errormessage", note.id);
  input.after(note);
}

// Whoever mends a field sees no reproach any more.
function unmark(input) {
  if (!input.hasAttribute("aria-invalid")) return;
  document.getElementById(input.getAttribute("aria-errormessage"))?.remove();
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-errormessage");
}

// Runs `work` when the form is sent, with its buttons off meanwhile; a Problem is shown in the form.
export function onSend(form, work) {
  form.addEventListener("input", ({ target }) => unmark(target));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(form);
    const wrong = [...form.elements].find((input) => input.willValidate && input.offsetParent && !input.validity.valid);
    if (wrong) {
      show(form, { message: _("Please look at the marked field."), errors: [{ field: `/${wrong.name}`, message: wrong.validationMessage }] });
      return;
    }
    await busy(form, () => work(form));
  });
}

export async function busy(form, work) {
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach((button) => (button.disabled = true));
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    show(form, problem);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

// Opens a dialog and runs `work` when it is sent with its main button; it closes when that went well.
export function ask(dialog, fill, work) {
  const form = dialog.querySelector("form");
  clear(form);
  for (const [name, value] of Object.entries(fill)) {
    dialog.querySelectorAll(`[data-fill="${name}"]`).forEach((place) => (place.textContent = value));
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!event.submitter?.value) {
      dialog.close();
      return;
    }
    await busy(form, async () => {
      await work(form);
      dialog.close();
    });
  };
  dialog.showModal();
}

// The first comes before the next page is asked for; not every browser has it, and whoever is asked then may still stay.
const LEAVING = ["beforeunload", "pagehide"];
let fading;
export function say(words) {
  const notice = document.getElementById("notice");
  notice.textContent = words;
  notice.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (notice.hidden = true), 5000);
}

// The dialog's copy button copies these words; without a clipboard (plain http) they are selected for the keyboard.
export function copies(dialog, words) {
  const button = dialog.querySelector("[data-copy]");
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(words);
      button.textContent = _("Copied");
    } catch {
      getSelection().selectAllChildren(dialog.querySelector(".secret, .secrets"));
    }
  };
}

// Says what was done, and offers to undo it for a while (not when `undo` is null).
export function done(words, undo, seconds = 10) {
  const notice = document.getElementById("notice");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = _("Undo");
  notice.replaceChildren(words, ...(undo ? [button] : []));
  notice.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (notice.hidden = true), seconds * 1000);
  button.addEventListener("click", async () => {
    try {
      await undo();
      say(_("Taken back."));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(problem.message);
    }
  });
}

// Says what is about to happen and does it after `seconds`, or when the page is left, unless it is taken back before.
// `afterwards` goes elsewhere then; who leaves by themselves goes where they wanted.
export function undoable(words, work, afterwards = () => {}, seconds = 10) {
  const notice = document.getElementById("notice");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.textContent = _("Undo");
  const left = document.createElement("span");
  notice.replaceChildren(left, undo);
  notice.hidden = false;
  clearTimeout(fading);
  const tell = () => (left.textContent = `${words} ${seconds} s`);
  tell();
  undo.focus();
  const now = async (leaving) => {
    if (leaving?.defaultPrevented) return;
    end();
    notice.hidden = true;
    try {
      await work();
      if (!leaving) afterwards();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(problem.message);
    }
  };
  const ticking = setInterval(() => {
    seconds -= 1;
    if (seconds > 0) tell();
    else now();
  }, 1000);
  const end = () => {
    clearInterval(ticking);
    LEAVING.forEach((name) => removeEventListener(name, now));
  };
  LEAVING.forEach((name) => addEventListener(name, now));
  undo.addEventListener("click", () => {
    end();
    say(_("Taken back."));
  });
}
