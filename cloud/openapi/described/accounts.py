"""What the accounts room answers."""

import msgspec

from cloud.openapi.description import NOTHING, PAGED, Answer, Count, Described, Instant, Query, Shape, made, one
from cloud.principals import Role


class UserShape(Shape, frozen=True):
    id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool
    totp_enabled: bool
    last_login_at: Instant | None
    created_at: Instant


class OrganizationShape(Shape, frozen=True):
    id: str
    name: str
    slug: str
    subscription_tier: str
    screen_quota: Count
    storage_quota: Count
    trial_ends_at: Instant | None
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


class InvitationShape(Shape, frozen=True):
    id: str
    email: str
    role: Role
    invited_by: str | None
    created_at: Instant
    expires_at: Instant
    link: str | msgspec.UnsetType = msgspec.UNSET
    """Once, when there is no mail server that could send it."""


class InvitationsShape(Shape, frozen=True):
    items: list[InvitationShape]
    next_cursor: str | None


class TotpShape(Shape, frozen=True):
    secret: str
    uri: str
    qr_code: str
    """A data URL with a picture."""


class RecoveryShape(Shape, frozen=True):
    recovery_codes: list[str]


class ResetAskedShape(Shape, frozen=True):
    expires_in: Count


class UsageShape(Shape, frozen=True):
    screens_used: Count
    screen_quota: Count
    storage_used: Count
    storage_quota: Count


class AuditLogShape(Shape, frozen=True):
    id: str
    action: str
    entity_type: str
    entity_id: str | None
    user_id: str | None
    user_email: str | None
    ip_address: str | None
    created_at: Instant


class AuditLogsShape(Shape, frozen=True):
    items: list[AuditLogShape]
    next_cursor: str | None


_TAKEN = {409: ("CONFLICT_001",)}
_WRONG = {403: ("AUTH_001",), 429: ("AUTH_003",)}
_LINK = {400: ("AUTH_001",)}
_USER = "/api/users/{id}"

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
    "POST /api/auth/password": Described(
        "Change one's own password", one(SignedInShape, "Set-Cookie"), problems={**_WRONG, **_TAKEN}
    ),
    "POST /api/auth/password-reset": Described(
        "Ask for a link by mail; the same answer for every address",
        {202: Answer(ResetAskedShape, note="If there is such an account, a letter is on its way.")},
        problems={403: ("AUTHZ_004",)},
    ),
    "POST /api/auth/password-reset/confirm": Described(
        "Set a new password by the link", NOTHING, problems={**_LINK, 403: ("AUTHZ_004",)}
    ),
    "POST /api/auth/totp": Described("Begin with one-time codes", made(TotpShape), problems={**_WRONG, **_TAKEN}),
    "POST /api/auth/totp/confirm": Described(
        "Switch one-time codes on", one(RecoveryShape), problems={**_WRONG, **_LINK, **_TAKEN}
    ),
    "POST /api/auth/totp/disable": Described("Switch one-time codes off", NOTHING, problems=_WRONG),
    "POST /api/auth/invitation": Described(
        "Take an invitation up", made(SignedInShape, "Set-Cookie"), problems={**_LINK, **_TAKEN, 403: ("AUTHZ_004",)}
    ),
    "GET /api/users": Described(
        "List people", one(UsersShape), query=(*PAGED, Query("q", str, "In name or address."), Query("role", Role))
    ),
    "POST /api/users": Described(
        "Make an account", made(UserShape, "ETag"), problems=_TAKEN, headers=("Idempotency-Key",)
    ),
    f"GET {_USER}": Described("One person", one(UserShape, "ETag")),
    f"PATCH {_USER}": Described("Change a person", one(UserShape, "ETag"), problems=_TAKEN),
    f"DELETE {_USER}": Described("Remove a person", NOTHING, problems=_TAKEN),
    "GET /api/users/invitations": Described("List invitations", one(InvitationsShape), query=PAGED),
    "POST /api/users/invitations": Described("Invite somebody", made(InvitationShape), problems=_TAKEN),
    "DELETE /api/users/invitations/{id}": Described("Withdraw an invitation", NOTHING),
    "GET /api/organization": Described("One's organization", one(OrganizationShape, "ETag")),
    "PATCH /api/organization": Described("Change it", one(OrganizationShape, "ETag"), problems=_TAKEN),
    "GET /api/organization/usage": Described("What is used of what may be", one(UsageShape)),
    "GET /api/audit-logs": Described(
        "Who changed what, when, from where",
        one(AuditLogsShape),
        query=(
            *PAGED,
            Query("action"),
            Query("entityType"),
            Query("userId"),
            Query("from", Instant),
            Query("to", Instant),
        ),
    ),
}
