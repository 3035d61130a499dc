"""From a request to the one who asks: a bearer token, or the web UI's session cookie with its origin checked."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select
from starlette.requests import HTTPConnection

from cloud.accounts.program_tokens import PREFIX, note_use, owner_of, use_is_news
from cloud.accounts.tokens import fingerprint
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.principals import Device, Principal, Role, User
from cloud.problems import Problem, signed_out
from vizora.identifiers import DeviceId, OrganizationId

if TYPE_CHECKING:
    from cloud.services import Cloud

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REMEMBER_S = 30.0
"""How long a checked token is believed without asking the database; this process forgets a revoked one at once."""
REMEMBER_MAX = 20_000


class Remembered:
    """Principals by the fingerprint of their token."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Principal, float]] = {}

    def get(self, key: str, at: float) -> Principal | None:
        principal, until = self._known.get(key, (None, 0.0))
        return principal if at < until else None

    def put(self, key: str, principal: Principal, at: float, seconds: float) -> None:
        if len(self._known) >= REMEMBER_MAX:
            self._known.clear()
        self._known[key] = (principal, at + min(seconds, REMEMBER_S))

    def forget(self, id: str) -> None:  # noqa: A002
        """All tokens of this person or screen."""
        self._known = {key: entry for key, entry in self._known.items() if entry[0].id != id}


def cookie_name(*, secure: bool) -> str:
    """`__Host-` binds the cookie to this very host (RFC 6265bis); browsers want https for it."""
    return "__Host-vizora" if secure else "vizora"


async def user_of(cloud: "Cloud", connection: HTTPConnection) -> User:
    """Raises Problem 401, or 403 when a browser sends the cookie from someone else's page."""
    token = bearer(connection)
    if token is None:
        token = connection.cookies.get(cookie_name(secure=cloud.config.secure))
        if token is not None and is_read(connection) and is_foreign(cloud, connection):
            token = None  # as if the browser had kept the cookie to itself
        if token is not None:
            check_origin(cloud, connection)
    if not token:
        raise signed_out()
    principal = await _principal(cloud, token, device=False)
    if not isinstance(principal, User):
        raise signed_out()
    return principal


async def device_of(cloud: "Cloud", connection: HTTPConnection) -> Device:
    """Raises Problem 401."""
    token = bearer(connection)
    principal = await _principal(cloud, token, device=True) if token else None
    if not isinstance(principal, Device):
        raise signed_out()
    return principal


def remembered_device(cloud: "Cloud", authorization: str) -> Device | None:
    """The screen of an `Authorization` header whose token was checked just now; None says nothing of the others."""
    principal = cloud.remembered.get(fingerprint(_token(authorization) or ""), cloud.clock.monotonic())
    return principal if isinstance(principal, Device) else None


def bearer(connection: HTTPConnection) -> str | None:
    return _token(connection.headers.get("authorization", ""))


def _token(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def check_origin(cloud: "Cloud", connection: HTTPConnection) -> None:
    """Refuses what a foreign page makes a browser send (CSRF): changes and WebSockets need our own Origin."""
    if not is_read(connection) and (is_foreign(cloud, connection) or not is_own_origin(cloud, connection)):
        raise Problem(403, "AUTHZ_004", "This request does not come from a page of this server.")


def is_read(connection: HTTPConnection) -> bool:
    return connection.scope.get("method", "WEBSOCKET") in SAFE_METHODS


def is_foreign(cloud: "Cloud", connection: HTTPConnection) -> bool:
    """Whether the browser itself says that another site's page asks (W3C Fetch Metadata); pages can't set it."""
    foreign = connection.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return foreign and connection.headers.get("origin") not in cloud.config.cors_origins


def is_own_origin(cloud: "Cloud", connection: HTTPConnection) -> bool:
    origin = connection.headers.get("origin", "")
    if origin in cloud.config.cors_origins or origin == cloud.config.public_url:
        return True
    try:
        return bool(origin) and urlsplit(origin).netloc == connection.headers.get("host")
    except ValueError:  # as of `http://[`
        return False


def check_still_good(unit: Unit, principal: Principal) -> None:
    """Raises Problem 401 unless the database lets them in now, whatever is remembered of them.

    For what makes credentials, in the same transaction: those would live on when the ones they were made with have
    ended. Whoever ends these waits, or has been waited for, so of the two that come second one sees the other.
    """
    if isinstance(principal, User):
        users = tables.users
        unit.connection.execute(select(users.c.id).where(users.c.id == principal.id).with_for_update())
        good: object = _session_row(unit, principal.session_id, "")
    else:
        organizations = tables.organizations
        held = select(organizations.c.id).where(organizations.c.id == principal.organization_id).with_for_update()
        unit.connection.execute(held)
        good = _token_row(unit, principal.token_id)
    if good is None:
        raise signed_out()


async def _principal(cloud: "Cloud", token: str, *, device: bool) -> Principal | None:
    key = fingerprint(token)
    at = cloud.clock.monotonic()
    known = cloud.remembered.get(key, at)
    if known is not None:
        return known
    if not device and token.startswith(PREFIX):
        return await _program(cloud, token, key, at)
    now = cloud.clock.now()
    claims = (cloud.device_tokens if device else cloud.user_tokens).read(token, now)
    look_up = _device_row if device else _session_row
    principal = await cloud.read(lambda unit: look_up(unit, claims.token_id, key))
    if principal is not None:
        cloud.remembered.put(key, principal, at, (claims.expires_at - now).total_seconds())
    return principal


async def _program(cloud: "Cloud", token: str, key: str, at: float) -> Principal | None:
    found = await cloud.read(lambda unit: owner_of(unit, token))
    if found is None:
        return None
    user, row = found
    now = cloud.clock.now()
    if use_is_news(row, now):
        await cloud.write(lambda unit: note_use(unit, row["id"]))
    left_s = REMEMBER_S if row["expires_at"] is None else (row["expires_at"] - now).total_seconds()
    cloud.remembered.put(key, user, at, left_s)
    return user


def _session_row(unit: Unit, token_id: str, _: str) -> Principal | None:
    users, sessions = tables.users, tables.sessions
    row = unit.row(
        select(users, sessions.c.id.label("session_id"))
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(sessions.c.id == token_id, sessions.c.revoked_at.is_(None), sessions.c.expires_at > unit.now)
        .where(users.c.is_active)
    )
    if row is None:
        return None
    return User(row["id"], OrganizationId(row["organization_id"]), Role(row["role"]), row["session_id"], row["email"])


def _device_row(unit: Unit, token_id: str, token_hash: str) -> Principal | None:
    row = _token_row(unit, token_id)
    if row is None or row["token_hash"] != token_hash:
        return None
    return Device(DeviceId(row["device_id"]), OrganizationId(row["organization_id"]), row["id"])


def _token_row(unit: Unit, token_id: str) -> Row | None:
    tokens = tables.device_tokens
    good = (tokens.c.id == token_id, tokens.c.revoked_at.is_(None), tokens.c.expires_at > unit.now)
    return unit.row(select(tokens).where(*good))
