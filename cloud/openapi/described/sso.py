"""What the room for signing in by an OpenID provider answers."""

from cloud.allowed import Instant
from cloud.openapi.description import NOTHING, Described, Shape, one


class DepartureShape(Shape, frozen=True):
    location: str
    """Where to send the browser; it got a cookie for the way back."""


class IdentityShape(Shape, frozen=True):
    id: str
    issuer: str
    email: str
    created_at: Instant


class IdentitiesShape(Shape, frozen=True):
    items: list[IdentityShape]
    next_cursor: str | None


_AWAY = {404: ("NOT_FOUND_001",), 503: ("SERVER_003",)}
DESCRIBED = {
    "POST /api/auth/oidc": Described(
        "Begin to sign in, join or make an organization by the OpenID provider",
        one(DepartureShape, "Set-Cookie"),
        problems={**_AWAY, 403: ("AUTHZ_002", "AUTHZ_004")},
    ),
    "POST /api/auth/oidc/link": Described(
        "Begin to link the account to the OpenID provider",
        one(DepartureShape, "Set-Cookie"),
        problems={**_AWAY, 403: ("AUTH_001",), 429: ("AUTH_003",)},
    ),
    "GET /api/auth/oidc": Described("Which accounts elsewhere open one's own", one(IdentitiesShape)),
    "DELETE /api/auth/oidc/{id}": Described("Unlink one of them", NOTHING),
}
