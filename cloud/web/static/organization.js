// An organization's name, when its screens are updated, and the ways to Stripe's pages.
import { Problem, call } from "./api.js";
import { onSend } from "./forms.js";

const form = document.getElementById("organization");
if (form) {
  onSend(form, async () => {
    const { name, slug } = Object.fromEntries(new FormData(form));
    await call("PATCH", "/api/organization", { name: name.trim(), slug: slug.trim() }, { "If-Match": form.dataset.etag });
    location.reload();
  });
}

const updates = document.getElementById("updates");
if (updates) {
  onSend(updates, async () => {
    const { updateChannel, start, end } = Object.fromEntries(new FormData(updates));
    await call("PATCH", "/api/organization", { updateChannel, updateWindow: { start, end } }, { "If-Match": updates.dataset.etag });
    location.reload();
  });
}

for (const button of document.querySelectorAll("[data-tier], [data-portal]")) {
  button.addEventListener("click", async () => {
    const problem = document.getElementById("billing-problem");
    problem.hidden = button.disabled = true;
    try {
      const { tier } = button.dataset;
      const { body } = tier ? await call("POST", "/api/billing/checkout", { tier }) : await call("POST", "/api/billing/portal");
      location.assign(body.url);
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault;
      problem.textContent = fault.message;
      problem.hidden = button.disabled = false;
    }
  });
}
