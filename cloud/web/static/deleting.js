// Deleting what an editor edits: a question where it is used, and ten seconds in which it can be taken back.
import { Problem, call } from "./api.js";
import { ask, undoable } from "./forms.js";
import { _ } from "./words.js";

async function remove(path) {
  try {
    await call("DELETE", path);
  } catch (problem) {
    if (problem.status !== 409) throw problem;
    throw new Problem(409, { detail: _("It has come into use meanwhile: load the page again and look where.") });
  }
}

// Only who was told what uses it deletes it with that: what came to use it since is refused by the server.
export function deletes(button, { path, name, afterwards, before = () => {} }) {
  const dialog = document.getElementById("delete");
  const begin = () => {
    const gone = () => {
      before();
      location.assign(afterwards);
    };
    undoable(_("%(name)s is being deleted.", { name: name() }), () => remove(dialog ? `${path}?force=true` : path), gone);
  };
  button?.addEventListener("click", () => {
    if (dialog) ask(dialog, {}, begin);
    else begin();
  });
}
