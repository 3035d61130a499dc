// Files that are dropped anywhere on a page go into the dock, instead of taking the page's place in the browser.
import { add } from "./dock.js";

export function start(veil) {
  let own = false; // a picture of the page itself is being dragged
  const comes = (event) => !own && event.dataTransfer?.types.includes("Files");
  addEventListener("dragstart", () => (own = true));
  addEventListener("dragend", () => (own = false));
  for (const name of ["dragover", "dragenter"]) {
    addEventListener(name, (event) => {
      if (!comes(event)) return;
      event.preventDefault();
      veil.hidden = false;
    });
  }
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!comes(event)) return;
    event.preventDefault();
    veil.hidden = true;
    add([...event.dataTransfer.files]);
  });
}
