"""The people of an organization: `/api/users`, for its admins."""

from typing import Any

from msgspec import UNSET, UnsetType
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from cloud.accounts import totp
from cloud.accounts.revoking import end_sessions, look_anew
from cloud.accounts.rules import email_faults, name_faults, normal_email, person_faults
from cloud.accounts.sessions import show_user
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.dispatch import write_once
from cloud.endpoints import Call, Reply
from cloud.lists import chosen, page, searched
from cloud.principals import Role
from cloud.problems import Problem, conflict, invalid_field, refuse

COLUMNS = ("first_name", "last_name", "role", "is_active")
"""Those that a change may name."""


class NewUser(Body, frozen=True):
    email: str
    password: str
    first_name: str
    last_name: str
    role: Role = Role.VIEWER


class UserChange(Body, frozen=True):
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    totp_enabled: bool | UnsetType = UNSET
    """Only false: for somebody who lost their authenticator and their recovery codes."""


def listing(call: Call, unit: Unit) -> Reply:
    """`?q=` looks in names and addresses, `?role=` and nothing else narrows."""
    users = tables.users
    query = searched(call, unit.select(users), users.c.email, users.c.first_name, users.c.last_name)
    if role := chosen(call, "role", Role):
        query = query.where(users.c.role == role)
    return Reply(page(call, unit, query, users, lambda rows: [*map(show_user, rows)]))


def get(call: Call, unit: Unit) -> Reply:
    user = unit.find(tables.users, call.id)
    return Reply(show_user(user), revision=user["revision"])


async def create(call: Call) -> Response:
    """An account with a first password that the admin hands on; an invitation is the better way."""
    wanted: NewUser = call.body
    refuse((*email_faults(wanted.email), *person_faults(wanted.first_name, wanted.last_name, wanted.password)))
    password_hash = await call.cloud.passwords.hash(wanted.password)

    def work(_: Call, unit: Unit) -> Reply:
        id_ = add_user(unit, wanted.email, password_hash, wanted.first_name, wanted.last_name, wanted.role)
        return Reply(show_user(unit.find(tables.users, id_)), status=201, revision=1)

    return (await write_once(call, call.raw, work)).response()


def add_user(unit: Unit, email: str, password_hash: str, first_name: str, last_name: str, role: Role) -> str:
    """The new person's id. Raises Problem 409 when the address has an account already."""
    if unit.row(select(tables.users.c.id).where(tables.users.c.email == normal_email(email))) is not None:
        raise _taken()
    try:
        return unit.create(
            tables.users,
            email=normal_email(email),
            password_hash=password_hash,
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            role=role,
            is_active=True,
        )
    except IntegrityError as fault:
        raise _taken() from fault


def change(call: Call, unit: Unit) -> Reply:
    """Counts at once: a person who is no longer active is out, one with another role has it with the next request."""
    wanted: UserChange = call.body
    names = {"/firstName": wanted.first_name, "/lastName": wanted.last_name}
    faults = [fault for field, name in names.items() if name is not UNSET for fault in name_faults(name, field)]
    refuse(faults)
    if wanted.totp_enabled is True:
        raise invalid_field("/totpEnabled", "can only be switched off here: each person sets up their own")
    unit.organization(held=True)  # two can't each be the other's last admin
    user = unit.find(tables.users, call.id)
    call.check_match(user["revision"])
    values = {name: value for name in COLUMNS if (value := getattr(wanted, name)) is not UNSET}
    after = {**user, **values}
    if not (after["is_active"] and after["role"] == Role.ADMIN):
        _keep_an_admin(unit, call.id)
    unit.change(tables.users, call.id, **{name: _plain(value) for name, value in values.items()})
    if wanted.totp_enabled is False:
        totp.switch_off(unit, call.id)
    if after["is_active"]:
        look_anew(unit, call.id)
    else:
        end_sessions(unit, call.id)
    return get(call, unit)


def remove(call: Call, unit: Unit) -> Reply:
    """What they made stays, and so does their name in the audit log."""
    unit.organization(held=True)  # two can't each be the other's last admin
    user = unit.find(tables.users, call.id)
    call.check_match(user["revision"])
    _keep_an_admin(unit, call.id)
    look_anew(unit, call.id)
    unit.remove(tables.users, call.id)  # their sessions go with it
    return Reply(status=204)


def _keep_an_admin(unit: Unit, leaving: str) -> None:
    users = tables.users
    others = unit.select(users, users.c.id).where(users.c.id != leaving, users.c.role == Role.ADMIN, users.c.is_active)
    if unit.row(others.limit(1)) is None:
        raise conflict("The last active admin can't be removed, demoted or made inactive: name another one first.")


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _taken() -> Problem:
    return conflict("This e-mail address has an account already.", field="email")
