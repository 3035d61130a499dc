"""An admin invites somebody by mail (`/api/users/invitations`), who chooses a password (`/api/auth/invitation`)."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from starlette.responses import Response

from cloud.accounts import sessions
from cloud.accounts.rules import email_faults, normal_email, person_faults
from cloud.accounts.tokens import fingerprint
from cloud.accounts.users import add_user
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import page
from cloud.mail.outgoing import Letter
from cloud.principals import Role
from cloud.problems import Problem, conflict, invalid_field, refuse
from cloud.wire import instant

LIFETIME = timedelta(days=7)
TOKEN_BYTES = 32


class Invitation(Body, frozen=True):
    email: str
    role: Role = Role.VIEWER


class Acceptance(Body, frozen=True):
    token: str
    password: str
    first_name: str
    last_name: str


def listing(call: Call, unit: Unit) -> Reply:
    """Those that nobody took up yet, expired ones too."""
    invitations = tables.invitations
    return Reply(page(call, unit, unit.select(invitations), invitations, lambda rows: [*map(_show, rows)]))


async def invite(call: Call) -> Response:
    """201. Inviting the same address again ends the earlier link. Without a mail server the answer has the `link`.

    An address that has an account in another organization is not told apart: only its owner learns it.
    """
    wanted: Invitation = call.body
    refuse(email_faults(wanted.email))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = f"{call.cloud.config.public_url}/invitation#token={token}"
    row = await call.write(lambda unit: _keep(call, unit, wanted, token, link))
    shown = _show(row) | ({} if call.cloud.post.delivers else {"link": link})
    return Reply(shown, status=201).response()


def withdraw(call: Call, unit: Unit) -> Reply:
    unit.find(tables.invitations, call.id)
    unit.remove(tables.invitations, call.id)
    return Reply(status=204)


async def accept(call: Call) -> Response:
    """Makes the account and signs in. 400 for a link that is wrong, used or expired; 409 for an address in use."""
    sessions.check_foreign_page(call)
    wanted: Acceptance = call.body
    refuse(person_faults(wanted.first_name, wanted.last_name, wanted.password))
    if await call.cloud.read(lambda unit: live(unit, fingerprint(wanted.token))) is None:
        raise _wrong_link()
    password_hash = await call.cloud.passwords.hash(wanted.password)
    signed_in = await call.cloud.write(lambda unit: _accept(call, unit, wanted, password_hash))
    return sessions.response(call, signed_in, status=201)


def letter(email: str, organization: str, link: str) -> Letter:
    text = (
        f"You are invited to {organization} on Vizora, which shows things on screens.\n\n"
        f"Take it up here within a week:\n{link}\n\n"
        "If you don't know what this is about, leave this letter alone.\n"
    )
    return Letter(email, "You are invited to Vizora", text)


def _keep(call: Call, unit: Unit, wanted: Invitation, token: str, link: str) -> Row:
    email, users, invitations = normal_email(wanted.email), tables.users, tables.invitations
    if unit.row(unit.select(users, users.c.id).where(users.c.email == email)) is not None:
        raise conflict("This person belongs to your organization already.", field="email")
    unit.connection.execute(unit.delete(invitations).where(invitations.c.email == email))
    id_ = new_id()
    row = {
        "id": id_,
        "email": email,
        "role": wanted.role,
        "token_hash": fingerprint(token),
        "invited_by": call.user.id,
        "created_at": unit.now,
        "expires_at": unit.now + LIFETIME,
    }
    unit.insert(invitations, **row)
    call.cloud.post.send(unit, letter(email, str(unit.organization()["name"]), link))
    call.audit(unit, id_)
    return row


def live(unit: Unit, token_hash: str) -> Row | None:
    invitations = tables.invitations
    return unit.row(
        select(invitations).where(invitations.c.token_hash == token_hash, invitations.c.expires_at > unit.now)
    )


def take_up(unit: Unit, token_hash: str, password_hash: str, first_name: str, last_name: str) -> tuple[Row, Row]:
    """The invitation, which is gone with that, and the account made of it. Raises Problem 400, 409."""
    invitation, invitations = live(unit, token_hash), tables.invitations
    used = unit.connection.execute(delete(invitations).where(invitations.c.token_hash == token_hash)).rowcount
    if invitation is None or used != 1:
        raise _wrong_link()
    own = unit.within(invitation["organization_id"])
    id_ = add_user(own, invitation["email"], password_hash, first_name, last_name, Role(invitation["role"]))
    return invitation, own.find(tables.users, id_)


def _accept(call: Call, unit: Unit, wanted: Acceptance, password_hash: str) -> sessions.SignedIn:
    invitation, user = take_up(unit, fingerprint(wanted.token), password_hash, wanted.first_name, wanted.last_name)
    own = unit.within(user["organization_id"])
    call.audit(own, invitation["id"], account=user, name=invitation["email"])
    return sessions.begin(call.cloud, own, user)


def _show(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "email": row["email"],
        "role": row["role"],
        "invitedBy": row["invited_by"],
        "createdAt": instant(row["created_at"]),
        "expiresAt": instant(row["expires_at"]),
    }


def _wrong_link() -> Problem:
    return invalid_field("/token", "This link is wrong, was used, or has expired: ask for a new invitation.")
