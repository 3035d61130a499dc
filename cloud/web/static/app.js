// On every page.
import { call } from "./api.js";
import { forget, open } from "./dock.js";
import { start } from "./live.js";
import { localize } from "./times.js";

localize();
start();
if (document.getElementById("dock")) open();

document.querySelector("[data-sign-out]")?.addEventListener("click", async () => {
  await forget();
  await call("POST", "/api/auth/logout").catch(() => {});
  location.assign("/sign-in?signed-out");
});
