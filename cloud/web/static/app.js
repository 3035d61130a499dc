// On every page.
import { call } from "./api.js";
import { start } from "./live.js";
import { localize } from "./times.js";

localize();
start();

document.querySelector("[data-sign-out]")?.addEventListener("click", async () => {
  await call("POST", "/api/auth/logout").catch(() => {});
  location.assign("/sign-in");
});
