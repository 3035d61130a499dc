"""What the accounts room answers."""

from cloud.openapi.description import NOTHING, Count, Described, Instant, Shape, made, one
from cloud.principals import Role


class UserShape(Shape, frozen=True):
    id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool
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
}
