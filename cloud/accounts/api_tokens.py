"""Tokens for programs: `/api/api-tokens`. A program may what its person may, at most in the role it was given.

A token ends with its person: when they go, are switched off or demoted, so is what they started. It opens what people
do with their data, never what they do with their account (`Endpoint.in_person`).
"""

import secrets
from typing import Any

from sqlalchemy import func

from cloud.accounts.authentication import check_still_good
from cloud.accounts.program_tokens import PREFIX
from cloud.accounts.revoking import look_anew
from cloud.accounts.rules import name_faults
from cloud.accounts.tokens import fingerprint
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import page
from cloud.principals import Role
from cloud.problems import FieldError, conflict, not_found, refuse
from cloud.wire import instant
from vizora.manifest.model import Instant

MOST = 100
"""A person's tokens."""


class NewApiToken(Body, frozen=True):
    name: str
    role: Role | None = None
    """One's own when not given."""
    expires_at: Instant | None = None


def listing(call: Call, unit: Unit) -> Reply:
    """One's own; an admin sees everybody's."""
    tokens = tables.api_tokens
    query = unit.select(tokens)
    if call.user.role is not Role.ADMIN:
        query = query.where(tokens.c.user_id == call.user.id)
    return Reply(page(call, unit, query, tokens, lambda rows: [*map(_show, rows)]))


def create(call: Call, unit: Unit) -> Reply:
    """201 with the token, which is shown this once."""
    wanted: NewApiToken = call.body
    check_still_good(unit, call.user)
    role = call.user.role if wanted.role is None else wanted.role
    _check(unit, wanted, role, call.user.role)
    tokens = tables.api_tokens
    count = unit.connection.scalar(unit.select(tokens, func.count(tokens.c.id)).where(tokens.c.user_id == call.user.id))
    if (count or 0) >= MOST:
        raise conflict(f"You have {MOST} tokens already: revoke one first.")
    token = PREFIX + secrets.token_urlsafe(32)
    id_ = unit.create(
        tokens,
        user_id=call.user.id,
        name=wanted.name.strip(),
        role=role,
        token_hash=fingerprint(token),
        expires_at=wanted.expires_at,
    )
    return Reply({**_show(unit.find(tokens, id_)), "token": token}, status=201)


def revoke(call: Call, unit: Unit) -> Reply:
    """Ends at once. One's own, or, by an admin, anybody's."""
    token = unit.find(tables.api_tokens, call.id)
    if token["user_id"] != call.user.id and call.user.role is not Role.ADMIN:
        raise not_found()
    unit.remove(tables.api_tokens, call.id)
    look_anew(unit, token["user_id"])
    return Reply(status=204)


def _check(unit: Unit, wanted: NewApiToken, role: Role, own: Role) -> None:
    errors = list(name_faults(wanted.name, "/name"))
    if role.rank > own.rank:
        errors.append(FieldError("/role", f"must not be above your own, which is {own}"))
    if wanted.expires_at is not None and (wanted.expires_at.tzinfo is None or wanted.expires_at <= unit.now):
        errors.append(FieldError("/expiresAt", "must be an instant in the future, with Z or an offset"))
    refuse(errors)


def _show(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "role": row["role"],
        "userId": row["user_id"],
        "createdAt": instant(row["created_at"]),
        "expiresAt": instant(row["expires_at"]),
        "lastUsedAt": instant(row["last_used_at"]),
    }
