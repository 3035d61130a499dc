// Deleting what an editor edits: a question where it is used, and ten seconds in which it can be taken back.
import { call } from "./api.js";
import { ask, undoable } from "./forms.js";
import { _ } from "./words.js";

export function deletes(button, { path, name, afterwards, before = () => {} }) {
  const begin = () => {
    const gone = () => {
      before();
      location.assign(afterwards);
    };
    undoable(_("%(name)s is being deleted.", { name: name() }), () => call("DELETE", path), gone);
  };
  button?.addEventListener("click", () => {
    const dialog = document.getElementById("delete");
    if (dialog) ask(dialog, {}, begin);
    else begin();
  });
}
