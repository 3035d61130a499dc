"""Whose account an identity opens. Never one that merely has the same e-mail address: that one has to be linked."""

from sqlalchemy import select

from cloud.accounts import invitations, registration, sessions
from cloud.accounts.registration import Registration
from cloud.accounts.rules import email_faults, normal_email
from cloud.audit.log import write_down
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.services import Cloud
from cloud.sso.identity import Identity
from cloud.sso.journey import Found, Join, Link, Purpose, SignIn
from cloud.sso.refusals import Refusal, Turned
from vizora.identifiers import OrganizationId

ACCEPT = "invitation.accept"


def let_in(
    cloud: Cloud, unit: Unit, identity: Identity, purpose: Purpose, password_hash: str, ip: str
) -> sessions.SignedIn | None:
    """A new session; None when an account was linked, whose owner has one. Raises Turned, and Problem 400, 403, 409.

    `password_hash` is of a password nobody knows, for an account that is made here.
    """
    owner = _owner(unit, identity)
    if isinstance(purpose, Link):
        _link(unit, identity, purpose, owner, ip)
        return None
    if owner is None:
        owner, action, subject = _newcomer(cloud, unit, identity, purpose, password_hash)
    elif isinstance(purpose, SignIn):
        action, subject = "session.begin", owner["id"]
    else:
        raise Turned(Refusal.HAS_ACCOUNT)
    if not owner["is_active"]:
        raise Turned(Refusal.INACTIVE)
    own = unit.within(OrganizationId(owner["organization_id"]))
    name = owner["email"] if action == ACCEPT else None  # the invitation itself is gone
    write_down(own, action, subject=subject, user_id=owner["id"], user_email=owner["email"], ip=ip, name=name)
    return sessions.begin_now(cloud, own, owner)


def _owner(unit: Unit, identity: Identity) -> Row | None:
    users, identities = tables.users, tables.identities
    return unit.row(
        select(users)
        .join(identities, identities.c.user_id == users.c.id)
        .where(identities.c.issuer == identity.issuer, identities.c.subject == identity.subject)
    )


def _newcomer(
    cloud: Cloud, unit: Unit, identity: Identity, purpose: Purpose, password_hash: str
) -> tuple[Row, str, str]:
    """The account that is made, what that is called, and of which object."""
    email = normal_email(identity.email)
    if not identity.email_verified or list(email_faults(email)):
        raise Turned(Refusal.UNVERIFIED)
    if unit.row(select(tables.users.c.id).where(tables.users.c.email == email)) is not None:
        raise Turned(Refusal.LINK_FIRST)
    first_name = identity.first_name or email.partition("@")[0]
    match purpose:
        case Join(token_hash):
            invitation = invitations.live(unit, token_hash)
            if invitation is not None and invitation["email"] != email:
                raise Turned(Refusal.OTHER_ADDRESS)
            invitation, user = invitations.take_up(unit, token_hash, password_hash, first_name, identity.last_name)
            action, subject = ACCEPT, invitation["id"]
        case Found(organization_name):
            wanted = Registration(email, "", first_name, identity.last_name, organization_name)
            user = registration.found(cloud, unit, wanted, password_hash)
            action, subject = "organization.create", user["organization_id"]
        case _:
            raise Turned(Refusal.NOT_INVITED)
    _keep(unit, identity, user)
    return user, action, subject


def _link(unit: Unit, identity: Identity, purpose: Link, owner: Row | None, ip: str) -> None:
    own = unit.within(OrganizationId(purpose.organization_id))
    user = own.get(tables.users, purpose.user_id)
    if user is None or not user["is_active"]:
        raise Turned(Refusal.INACTIVE)
    if owner is not None and owner["id"] != user["id"]:
        raise Turned(Refusal.HAS_ACCOUNT)
    if owner is None:
        _keep(own, identity, user)
        write_down(own, "user.sso-link", subject=user["id"], user_id=user["id"], user_email=user["email"], ip=ip)


def _keep(unit: Unit, identity: Identity, user: Row) -> None:
    unit.within(OrganizationId(user["organization_id"])).insert(
        tables.identities,
        id=new_id(),
        user_id=user["id"],
        issuer=identity.issuer,
        subject=identity.subject,
        email=normal_email(identity.email),
        created_at=unit.now,
    )
