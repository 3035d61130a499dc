// The people of an organization: roles and blocking take effect at once and can be undone; removing waits a while.
import { Problem, call } from "./api.js";
import { ask, copies, done, undoable } from "./forms.js";
import { refreshSoon } from "./live.js";
import { _ } from "./words.js";

const main = document.getElementById("main");

main.addEventListener("change", async ({ target: field }) => {
  if (!("role" in field.dataset) || !field.dataset.was) return;
  const [was, role, name] = [field.dataset.was, field.value, nameOf(field)];
  if (await changed(field, { role })) {
    field.dataset.was = role;
    field.blur();
    done(_("%(name)s’s role is now: %(role)s.", { name, role: field.selectedOptions[0].textContent }), () => change(field, { role: was }));
  } else field.value = was;
});

main.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { active, withdraw, again, role } = button.dataset;
  if ("invite" in button.dataset) invite();
  if (again) await invited(again, role);
  if (withdraw) undoable(_("The invitation is being withdrawn."), () => gone(`/api/users/invitations/${withdraw}`));
  if ("remove" in button.dataset) {
    const id = idOf(button);
    undoable(_("%(name)s is being removed.", { name: nameOf(button) }), () => gone(`/api/users/${id}`));
  }
  if (active) {
    const name = nameOf(button);
    const undo = () => change(button, { isActive: active !== "true" });
    if (await changed(button, { isActive: active === "true" })) done(active === "true" ? _("%(name)s may sign in again.", { name }) : _("%(name)s is blocked.", { name }), undo);
  }
  if ("codesOff" in button.dataset && (await changed(button, { totpEnabled: false }))) done(_("%(name)s signs in without a code now.", { name: nameOf(button) }), null);
});

function idOf(part) {
  return part.closest("[data-person]").dataset.person;
}

function nameOf(part) {
  return part.closest("[data-person]").querySelector("th").firstChild.textContent.trim();
}

async function change(part, what) {
  await call("PATCH", `/api/users/${idOf(part)}`, what);
  refreshSoon();
}

// Whether it was done; if not, the page says why.
async function changed(part, what) {
  const place = document.getElementById("people-problem");
  place.hidden = true;
  try {
    await change(part, what);
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    place.textContent = problem.message;
    place.hidden = false;
    return false;
  }
}

async function gone(path) {
  await call("DELETE", path);
  refreshSoon();
}

function invite() {
  const dialog = document.getElementById("invite");
  dialog.querySelector("form").reset();
  ask(dialog, {}, async (form) => {
    const { email, role } = Object.fromEntries(new FormData(form));
    await invited(email.trim(), role);
  });
}

async function invited(email, role) {
  const { body } = await call("POST", "/api/users/invitations", { email, role });
  if (!body.link) return location.reload();
  const dialog = document.getElementById("link");
  dialog.addEventListener("close", () => location.reload(), { once: true });
  copies(dialog, body.link);
  ask(dialog, { email, link: body.link }, async () => {});
}
