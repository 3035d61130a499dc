// Deleting what an editor edits: a question where it is used, and ten seconds in which it can be taken back.
import { call } from "./api.js";
import { ask, undoable } from "./forms.js";
import { _ } from "./words.js";

// Only who was told what uses it deletes it with that: what came to use it since is refused by the server.
export function deletes(button, { path, name, afterwards, before = () => {} }) {
  const dialog = document.getElementById("delete");
  const begin = () => {
    const gone = () => {
      before();
      location.assign(afterwards);
    };
    const work = () => call("DELETE", dialog ? `${path}?force=true` : path);
    undoable(_("%(name)s is being deleted.", { name: name() }), work, gone);
  };
  button?.addEventListener("click", () => {
    if (dialog) ask(dialog, {}, begin);
    else begin();
  });
}
