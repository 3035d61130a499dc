"""What the API's words for roles, states and kinds are called on a page."""

from collections.abc import Iterable

from markupsafe import Markup

from cloud.web.speech import N_, _

ROLES = {"viewer": N_("Viewer"), "manager": N_("Manager"), "admin": N_("Admin")}
STATES = {
    "online": N_("Online"), "behind": N_("Behind"), "offline": N_("Offline"), "pairing": N_("Pairing"),
    "error": N_("Needs attention"), "ready": N_("Ready"), "processing": N_("Being prepared"), "failed": N_("Failed"),
}  # fmt: skip
TYPES = {
    "image": N_("Picture"), "video": N_("Film"), "pdf": "PDF", "webpage": N_("Web page"), "text": N_("Text"),
}  # fmt: skip
THINGS = {
    "api-token": N_("Token for programs"), "billing": N_("Plan"), "content": N_("Content"), "device": N_("Screen"),
    "enrolment-token": N_("Enrolment token"), "invitation": N_("Invitation"), "layout": N_("Layout"),
    "organization": N_("Organization"), "playlist": N_("Playlist"), "publish": N_("Publication"),
    "schedule": N_("Schedule"), "session": N_("Sign-in"), "upload": N_("Upload"), "user": N_("Person"),
}  # fmt: skip


def role_name(role: str) -> str:
    return _(ROLES[role]) if role in ROLES else role


def state_name(state: str) -> str:
    return _(STATES[state]) if state in STATES else state


def type_name(kind: str) -> str:
    return _(TYPES[kind]) if kind in TYPES else kind


def thing_name(kind: str) -> str:
    """Of what the audit log is about."""
    return _(THINGS[kind]) if kind in THINGS else kind


def listed(parts: Iterable[str | None]) -> Markup:
    """One after the other, with the language's comma; what is empty is left out."""
    return Markup.escape(_(", ")).join(part for part in parts if part)
