"""A forgotten password: a link by mail that works once and for an hour (OWASP, Forgot Password)."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from starlette.responses import Response

from cloud.accounts.revoking import end_sessions
from cloud.accounts.rules import normal_email, password_faults
from cloud.accounts.tokens import fingerprint
from cloud.attempts import Limit, count_one, seconds_to_wait
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.mail.outgoing import Letter
from cloud.problems import Problem, invalid_field, refuse, slow_down

LIFETIME = timedelta(hours=1)
LIMITS = (Limit(3, 15 * 60), Limit(10, 24 * 3600))
IP_LIMITS = (Limit(30, 3600),)
TOKEN_BYTES = 32


class ResetWanted(Body, frozen=True):
    email: str


class Reset(Body, frozen=True):
    token: str
    password: str


async def request_reset(call: Call) -> Response:
    """202 whether the account exists or not, after the same work; the letter leaves after the answer."""
    wanted: ResetWanted = call.body
    email = normal_email(wanted.email)[:320]
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await call.cloud.write(lambda unit: _remember(call, unit, email, token))
    return Reply({"expiresIn": int(LIFETIME.total_seconds())}, status=202).response()


async def confirm_reset(call: Call) -> Response:
    """204; every session of the person ends. 400 for a link that is wrong, used or expired."""
    wanted: Reset = call.body
    refuse(password_faults(wanted.password))
    known = await call.cloud.read(lambda unit: _live(unit, wanted.token))
    if known is None:
        raise _wrong_link()
    password_hash = await call.cloud.passwords.hash(wanted.password)
    await call.cloud.write(lambda unit: _set(call, unit, wanted.token, password_hash))
    return Response(status_code=204)


def letter(public_url: str, email: str, token: str) -> Letter:
    """The token is in the fragment: browsers keep it to themselves, so neither proxies nor logs see it."""
    text = (
        "Somebody, you we hope, asked for a new password for your Vizora account.\n\n"
        f"Choose it here within an hour:\n{public_url}/reset-password#token={token}\n\n"
        "If it was not you, leave this letter alone: nothing changes.\n"
    )
    return Letter(email, "A new password for Vizora", text)


def _remember(call: Call, unit: Unit, email: str, token: str) -> None:
    wait = max(
        seconds_to_wait(unit, "reset", email, LIMITS),
        seconds_to_wait(unit, "reset-ip", call.network, IP_LIMITS),
    )
    if wait:
        raise slow_down(wait)
    count_one(unit, "reset", email)
    count_one(unit, "reset-ip", call.network)
    user = unit.row(select(tables.users).where(tables.users.c.email == email, tables.users.c.is_active))
    if user is None:
        return
    own, resets = unit.within(user["organization_id"]), tables.password_resets
    unit.connection.execute(own.delete(resets).where(resets.c.user_id == user["id"]))
    own.insert(
        resets,
        id=new_id(),
        user_id=user["id"],
        token_hash=fingerprint(token),
        created_at=unit.now,
        expires_at=unit.now + LIFETIME,
    )
    call.cloud.post.send(own, letter(call.cloud.config.public_url, user["email"], token))
    call.audit(own, user["id"])


def _live(unit: Unit, token: str) -> Row | None:
    """The account that the link is for."""
    resets, users = tables.password_resets, tables.users
    return unit.row(
        select(users)
        .join(resets, resets.c.user_id == users.c.id)
        .where(resets.c.token_hash == fingerprint(token), resets.c.expires_at > unit.now, users.c.is_active)
    )


def _set(call: Call, unit: Unit, token: str, password_hash: str) -> None:
    user = _live(unit, token)
    resets = tables.password_resets
    used = unit.connection.execute(delete(resets).where(resets.c.token_hash == fingerprint(token))).rowcount
    if user is None or used != 1:
        raise _wrong_link()
    own = unit.within(user["organization_id"])
    own.note(tables.users, user["id"], password_hash=password_hash)
    end_sessions(own, user["id"])
    call.audit(own, user["id"], account=user)


def _wrong_link() -> Problem:
    return invalid_field("/token", "This link is wrong, was used, or has expired: ask for a new one.")
