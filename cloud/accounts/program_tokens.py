"""Whom a program speaks for, by the token it comes with (`cloud.accounts.api_tokens` makes and ends them)."""

from datetime import datetime

from sqlalchemy import select, update

from cloud.accounts.tokens import fingerprint
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.principals import Role, User
from vizora.identifiers import OrganizationId

PREFIX = "vzt_"
"""So that people, and programs that look for leaked secrets, see what it is."""
USED_EVERY_S = 60.0
"""How exactly it is told when a token was used last."""


def owner_of(unit: Unit, token: str) -> tuple[User, Row] | None:
    """Who a program with this token speaks for, and the token's row."""
    users, tokens = tables.users, tables.api_tokens
    row = unit.row(
        select(tokens, users.c.email, users.c.role.label("user_role"))
        .join(users, users.c.id == tokens.c.user_id)
        .where(tokens.c.token_hash == fingerprint(token), users.c.is_active)
    )
    if row is None or (row["expires_at"] is not None and row["expires_at"] <= unit.now):
        return None
    role = min(Role(row["role"]), Role(row["user_role"]), key=lambda role: role.rank)
    organization_id = OrganizationId(row["organization_id"])
    return User(row["user_id"], organization_id, role, "", row["email"], api_token_id=row["id"]), row


def note_use(unit: Unit, token_id: str) -> None:
    tokens = tables.api_tokens
    unit.connection.execute(update(tokens).where(tokens.c.id == token_id).values(last_used_at=unit.now))


def use_is_news(row: Row, now: datetime) -> bool:
    last = row["last_used_at"]
    return last is None or (now - last).total_seconds() >= USED_EVERY_S
