"""`vizora cloud create-admin`: the first account, or the way back in when nobody can sign in any more."""

import secrets

from sqlalchemy import insert, select, update

from cloud.accounts.passwords import Passwords
from cloud.accounts.registration import FREE_BYTES, FREE_SCREENS, TRIAL, slug_of
from cloud.accounts.rules import email_faults, normal_email, password_faults
from cloud.clock import Clock
from cloud.db import tables
from cloud.db.database import Database
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.principals import Role
from vizora.errors import OperatorError
from vizora.identifiers import OrganizationId


def create_admin(database: Database, clock: Clock, email: str, password: str, organization: str) -> bool:
    """True when the account was made; False when it was there: then it is an active admin with this password now, and
    every session of it has ended. Raises OperatorError."""
    for fault in (*email_faults(email), *password_faults(password)):
        raise OperatorError(f"{fault.field.strip('/')} {fault.message}")
    email = normal_email(email)
    passwords = Passwords()
    try:
        password_hash = passwords.make(password)
    finally:
        passwords.close()
    with database.write() as connection:
        unit = Unit(connection, clock.now())
        user = unit.row(select(tables.users).where(tables.users.c.email == email))
        if user is None:
            _create(unit, email, password_hash, organization)
        else:
            _let_in(unit.within(user["organization_id"]), user["id"], password_hash)
    return user is None


def _let_in(unit: Unit, user_id: str, password_hash: str) -> None:
    unit.change(tables.users, user_id, password_hash=password_hash, role=Role.ADMIN, is_active=True)
    sessions = tables.sessions
    unit.connection.execute(
        update(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )


def _create(unit: Unit, email: str, password_hash: str, organization: str) -> None:
    organization_id = OrganizationId(new_id())
    unit.connection.execute(
        insert(tables.organizations).values(
            id=organization_id,
            name=organization,
            slug=f"{slug_of(organization)}-{secrets.token_hex(4)}",
            tier="free",
            screen_quota=FREE_SCREENS,
            storage_quota=FREE_BYTES,
            trial_ends_at=unit.now + TRIAL,
            created_at=unit.now,
            updated_at=unit.now,
        )
    )
    unit.within(organization_id).create(
        tables.users,
        email=email,
        password_hash=password_hash,
        first_name="",
        last_name="",
        role=Role.ADMIN,
        is_active=True,
    )
