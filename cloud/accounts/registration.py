"""`POST /api/auth/register`: a new organization with its first admin (CONTRACT section 3, Accounts)."""

import hmac
import re
import secrets
import unicodedata
from datetime import timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from cloud.accounts import sessions
from cloud.accounts.rules import email_faults, name_faults, normal_email, person_faults, slug_faults
from cloud.billing.tiers import SCREENS, Tier
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call
from cloud.principals import Role
from cloud.problems import Problem, conflict, refuse
from cloud.services import Cloud
from cloud.settings import Registration as Mode
from vizora.identifiers import OrganizationId

FREE_SCREENS = SCREENS[Tier.FREE]
FREE_BYTES = 5 * 1024**3
TRIAL = timedelta(days=7)


class Registration(Body, frozen=True):
    email: str
    password: str
    first_name: str
    last_name: str
    organization_name: str
    organization_slug: str | None = None
    setup_token: str | None = None


async def register(call: Call) -> Response:
    wanted: Registration = call.body
    await check_allowed(call.cloud, wanted.setup_token)
    check(wanted)
    password_hash = await call.cloud.passwords.hash(wanted.password)
    signed_in = await call.cloud.write(lambda unit: _create(call, unit, wanted, password_hash))
    return sessions.response(call, signed_in, status=201)


def setup_token(cloud: Cloud) -> str:
    """What the first organization of a cloud that others can reach has to be made with, in all its processes."""
    if cloud.config.jwt_secret is not None:
        return hmac.new(cloud.config.jwt_secret.encode(), b"vizora setup token", "sha256").hexdigest()
    return cloud.secrets.text("setup-token")


async def check_allowed(cloud: Cloud, token: str | None) -> None:
    """Raises Problem 403 when no organization may be made here, or not without (another) setup token."""
    mode = cloud.config.registration
    if mode is Mode.OPEN:
        return
    if mode is Mode.TOKEN and await cloud.read(_is_empty):
        if token and secrets.compare_digest(token.encode(), setup_token(cloud).encode()):
            return
        raise Problem(403, "AUTHZ_002", "The first organization needs the setupToken that the server printed.")
    raise Problem(403, "AUTHZ_002", "New organizations can't be made here: ask for an invitation.")


def nobody_yet(cloud: Cloud) -> bool:
    """Whether no organization has been made so far. Reads the database: not for the event loop."""
    with cloud.database.read() as connection:
        return _is_empty(Unit(connection, cloud.clock.now()))


def _is_empty(unit: Unit) -> bool:
    return unit.connection.scalar(select(func.count()).select_from(tables.organizations)) == 0


def check(wanted: Registration) -> None:
    """Raises Problem 400 that names every wrong field."""
    slug = wanted.organization_slug
    refuse(
        (
            *email_faults(wanted.email),
            *person_faults(wanted.first_name, wanted.last_name, wanted.password),
            *name_faults(wanted.organization_name, "/organizationName", 200),
            *(() if slug is None else slug_faults(slug, "/organizationSlug")),
        )
    )


def slug_of(name: str) -> str:
    """`Bäckerei Öz & Söhne` gives `backerei-oz-sohne`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "organization"


def _create(call: Call, unit: Unit, wanted: Registration, password_hash: str) -> sessions.SignedIn:
    user = found(call.cloud, unit, wanted, password_hash)
    own = unit.within(user["organization_id"])
    call.audit(own, own.organization_id, account=user)
    return sessions.begin(call.cloud, own, user)


def found(cloud: Cloud, unit: Unit, wanted: Registration, password_hash: str) -> Row:
    """The first admin of a new organization. Raises Problem 403, 409."""
    email = normal_email(wanted.email)
    if cloud.config.registration is Mode.TOKEN and not _is_empty(unit):
        raise Problem(403, "AUTHZ_002", "New organizations can't be made here: ask for an invitation.")
    if unit.row(select(tables.users.c.id).where(tables.users.c.email == email)) is not None:
        raise conflict("This e-mail address has an account already.", field="email")
    slug = _free_slug(unit, wanted)
    organization_id = OrganizationId(new_id())
    own = unit.within(organization_id)
    try:
        unit.connection.execute(
            insert(tables.organizations).values(
                id=organization_id,
                name=wanted.organization_name.strip(),
                slug=slug,
                tier=Tier.FREE,
                screen_quota=FREE_SCREENS,
                storage_quota=FREE_BYTES,
                trial_ends_at=unit.now + TRIAL,
                created_at=unit.now,
                updated_at=unit.now,
            )
        )
        user_id = own.create(
            tables.users,
            email=email,
            password_hash=password_hash,
            first_name=wanted.first_name.strip(),
            last_name=wanted.last_name.strip(),
            role=Role.ADMIN,
            is_active=True,
            last_login_at=unit.now,
        )
    except IntegrityError as fault:
        raise conflict("This e-mail address or this slug is taken.") from fault
    return own.find(tables.users, user_id)


def _free_slug(unit: Unit, wanted: Registration) -> str:
    """The slug that was asked for (409 when taken), or one made from the name."""
    slug = wanted.organization_slug or slug_of(wanted.organization_name)
    if not _slug_taken(unit, slug):
        return slug
    if wanted.organization_slug is not None:
        raise conflict("This organizationSlug is taken.", field="organizationSlug")
    return f"{slug}-{secrets.token_hex(4)}"


def _slug_taken(unit: Unit, slug: str) -> Row | None:
    return unit.row(select(tables.organizations.c.id).where(tables.organizations.c.slug == slug))
