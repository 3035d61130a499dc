import { call } from "./api.js";
import { ask, say } from "./forms.js";
import { refreshSoon } from "./live.js";

document.addEventListener("click", (event) => {
  const rename = event.target.closest("[data-rename]");
  if (rename) {
    ask(document.getElementById("rename"), { nickname: rename.dataset.name, location: rename.dataset.place }, async (form) => {
      const { nickname, location } = form.elements;
      await call("PATCH", `/api/devices/${rename.dataset.rename}`, { nickname: nickname.value, location: location.value });
      rename.blur();
      refreshSoon();
    });
  }
  const unpair = event.target.closest("[data-unpair]");
  if (unpair) {
    ask(document.getElementById("unpair"), { name: unpair.dataset.name }, async () => {
      await call("DELETE", `/api/devices/${unpair.dataset.unpair}`);
      say(`${unpair.dataset.name} is unpaired.`);
      unpair.blur();
      refreshSoon();
    });
  }
});
