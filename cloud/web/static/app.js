// On every page.
import { call } from "./api.js";
import { forget, open } from "./dock.js";
import { start as takeDrops } from "./dropping.js";
import { start } from "./live.js";
import { localZone, localize } from "./times.js";

// The server draws days and hours as they are for whoever looks.
document.cookie = `zone=${encodeURIComponent(localZone())}; path=/; max-age=31536000; samesite=strict`;
localize();
// A claim key or a token is in the fragment: it comes along.
for (const link of document.querySelectorAll("[data-language]")) link.hash = location.hash;
start();
if (document.getElementById("dock")) open();
const veil = document.getElementById("drop-veil");
if (veil) takeDrops(veil);

// At the side, and on a phone on the page of the account.
for (const button of document.querySelectorAll("[data-sign-out]")) {
  button.addEventListener("click", async () => {
    await forget();
    await call("POST", "/api/auth/logout").catch(() => {});
    location.assign("/sign-in?signed-out");
  });
}
