"""What the accounts room answers."""

import msgspec

from cloud.allowed import Instant
from cloud.billing.tiers import Tier
from cloud.languages import Language
from cloud.openapi.description import NOTHING, PAGED, Answer, Count, Described, Query, Shape, made, one, sheet
from cloud.principals import Role
from cloud.updates.offering import Channel


class UserShape(Shape, frozen=True):
    id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool
    totp_enabled: bool
    language: Language | None
    """Of the pages; null is whatever the browser asks for."""
    last_login_at: Instant | None
    created_at: Instant


class WindowShape(Shape, frozen=True):
    """Local times of day of each screen; alike: the whole day."""

    start: str
    end: str


class OrganizationShape(Shape, frozen=True):
    id: str
    name: str
    slug: str
    subscription_tier: Tier
    screen_quota: Count
    storage_quota: Count
    trial_ends_at: Instant | None
    update_channel: Channel
    """Which updates its screens get, where a screen has no channel of its own."""
    update_window: WindowShape
    created_at: Instant


class SignedInShape(Shape, frozen=True):
    user: UserShape
    organization: OrganizationShape
    token: str
    expires_in: Count


class MeShape(Shape, frozen=True):
    user: UserShape
    organization: OrganizationShape


class UsersShape(Shape, frozen=True):
    items: list[UserShape]
    next_cursor: str | None


class UsageShape(Shape, frozen=True):
    screens_used: Count
    screen_quota: Count
    storage_used: Count
    storage_quota: Count


class TagsShape(Shape, frozen=True):
    """By tag."""

    content: dict[str, Count]
    devices: dict[str, Count]


class ResetShape(Shape, frozen=True):
    """The same whether the account exists or not. `expiresIn` is the seconds the link lives."""

    expires_in: Count


class TotpShape(Shape, frozen=True):
    secret: str
    uri: str
    qr_code: str
    """A data URL with a picture."""


class RecoveryShape(Shape, frozen=True):
    recovery_codes: list[str]


class InvitationShape(Shape, frozen=True):
    id: str
    email: str
    role: Role
    invited_by: str | None
    created_at: Instant
    expires_at: Instant


class InvitedShape(InvitationShape, frozen=True):
    link: str | msgspec.UnsetType = msgspec.UNSET
    """Only when no mail server brings it."""


class InvitationsShape(Shape, frozen=True):
    items: list[InvitationShape]
    next_cursor: str | None


class AuditLogShape(Shape, frozen=True):
    id: str
    user_id: str | None
    user_email: str | None
    api_token_id: str | None
    """Of the program that did it for this person."""
    action: str
    entity_type: str
    entity_id: str | None
    entity_name: str | None
    """As it was called then; in rows of before this was kept, as it is called now."""
    page_url: str | None
    """The web page that shows it, without the server's name; null where it is gone, or has none."""
    ip_address: str | None
    created_at: Instant


class AuditLogsShape(Shape, frozen=True):
    items: list[AuditLogShape]
    next_cursor: str | None


class ApiTokenShape(Shape, frozen=True):
    id: str
    name: str
    role: Role
    user_id: str
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    """To the minute."""


class NewApiTokenShape(ApiTokenShape, frozen=True):
    token: str
    """Shown this once."""


class ApiTokensShape(Shape, frozen=True):
    items: list[ApiTokenShape]
    next_cursor: str | None


_WRONG_PASSWORD = {403: ("AUTH_001",), 429: ("AUTH_003",)}
_TAKEN = {409: ("CONFLICT_001",)}
_LOGGED = (
    Query("action", str, "Only this action, as in `playlist.create`."),
    Query("entityType", str, "Only changes of this type of object."),
    Query("userId", str, "Only changes by this person."),
    Query("from", Instant, "Not before this instant."),
    Query("to", Instant, "Before this instant."),
)
DESCRIBED = {
    "POST /api/auth/register": Described(
        "Make an organization and its first admin",
        made(SignedInShape, "Set-Cookie"),
        problems={403: ("AUTHZ_002",), 409: ("CONFLICT_001",)},
    ),
    "POST /api/auth/login": Described(
        "Sign in",
        one(SignedInShape, "Set-Cookie"),
        problems={401: ("AUTH_001",), 403: ("AUTHZ_004", "AUTHZ_005"), 429: ("AUTH_003",)},
    ),
    "POST /api/auth/refresh": Described("A new token for the old one", one(SignedInShape, "Set-Cookie")),
    "POST /api/auth/logout": Described("End this session", NOTHING),
    "GET /api/auth/me": Described("Who is asking", one(MeShape)),
    "PUT /api/auth/me/settings": Described("What one sets for oneself: the language of the pages", one(UserShape)),
    "POST /api/auth/password": Described(
        "A new password for the old one; every other sign-in ends",
        one(SignedInShape, "Set-Cookie"),
        problems={**_WRONG_PASSWORD, **_TAKEN},
    ),
    "POST /api/auth/password-reset": Described(
        "Ask for a link to choose a new password", {202: Answer(ResetShape, note="Sent, if there is such an account.")}
    ),
    "POST /api/auth/password-reset/confirm": Described("Choose a new password with the link's token", NOTHING),
    "POST /api/auth/totp": Described(
        "Begin to set up an authenticator", made(TotpShape), problems={**_WRONG_PASSWORD, **_TAKEN}
    ),
    "POST /api/auth/totp/confirm": Described(
        "Switch one-time codes on with a first code",
        one(RecoveryShape, note="Shown this once."),
        problems={400: ("AUTH_001",), 429: ("AUTH_003",), **_TAKEN},
    ),
    "POST /api/auth/totp/disable": Described("Switch one-time codes off", NOTHING, problems=_WRONG_PASSWORD),
    "POST /api/auth/invitation": Described(
        "Take up an invitation", made(SignedInShape, "Set-Cookie"), problems={403: ("AUTHZ_004",), **_TAKEN}
    ),
    "GET /api/users": Described(
        "List people",
        one(UsersShape, note="One page, the newest first."),
        query=(
            *PAGED,
            Query("q", str, "Only those whose name or address has this in it."),
            Query("role", Role, "Only those with this role."),
        ),
    ),
    "POST /api/users": Described(
        "Add a person with a first password",
        made(UserShape, "ETag"),
        problems=_TAKEN,
        headers=("Idempotency-Key",),
    ),
    "GET /api/users/{id}": Described("One person", one(UserShape, "ETag")),
    "PATCH /api/users/{id}": Described("Change a person", one(UserShape, "ETag"), problems=_TAKEN),
    "DELETE /api/users/{id}": Described("Remove a person; the last admin stays", NOTHING, problems=_TAKEN),
    "GET /api/users/invitations": Described(
        "List invitations that nobody took up", one(InvitationsShape, note="One page, the newest first."), query=PAGED
    ),
    "POST /api/users/invitations": Described("Invite a person", made(InvitedShape), problems=_TAKEN),
    "DELETE /api/users/invitations/{id}": Described("Withdraw an invitation", NOTHING),
    "GET /api/api-tokens": Described(
        "List tokens for programs: one's own; all, for an admin",
        one(ApiTokensShape, note="One page, the newest first."),
        query=PAGED,
    ),
    "POST /api/api-tokens": Described("Make a token for a program", made(NewApiTokenShape), problems=_TAKEN),
    "DELETE /api/api-tokens/{id}": Described("Revoke a token: it ends at once", NOTHING),
    "GET /api/organization": Described("The organization", one(OrganizationShape, "ETag")),
    "PATCH /api/organization": Described("Change the organization", one(OrganizationShape, "ETag"), problems=_TAKEN),
    "GET /api/organization/usage": Described("What is used of what may be used", one(UsageShape)),
    "GET /api/tags": Described("The tags in use, and how many things have each", one(TagsShape)),
    "GET /api/audit-logs": Described(
        "Who changed what", one(AuditLogsShape, note="One page, the newest first."), query=(*PAGED, *_LOGGED)
    ),
    "GET /api/audit-logs.csv": Described(
        "The same as a sheet", sheet("All of it, the newest first, with a header."), query=_LOGGED
    ),
}
