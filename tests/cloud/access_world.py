"""Two organizations with one of everything, and everybody who may call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cloud.accounts.tokens import Claims
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.principals import Access
from tests.cloud.house import House, Person
from tests.cloud.policy import MAKERS
from tests.fakes.clock import FakeClock


@dataclass(frozen=True, slots=True)
class Caller:
    name: str
    kind: Access | None
    """What they may be at most; None when their token is good for nothing."""
    token: str | None
    is_program: bool = False
    """It comes with an API token: what people do in person is not for it."""


@dataclass(frozen=True, slots=True)
class World:
    house: House
    admin: Person
    other: Person
    callers: tuple[Caller, ...]
    own: Mapping[str, str]
    foreign: Mapping[str, str]
    strangers: tuple[Caller, ...]
    """Of the other organization, whose foreign objects are `own`."""


def build(config: CloudConfig) -> Iterator[World]:
    with House(config, FakeClock()) as house:
        admin, other = house.register(), house.register("Other")
        for person in (admin, other):
            house.do(person.organization_id, many_screens)
        manager, viewer, stranger = (
            house.hire(admin, "manager"),
            house.hire(admin, "viewer"),
            house.hire(other, "viewer"),
        )
        screens = [house.pair(person) for person in (admin, other)]
        house.clock.pass_time(3600)  # a screen that was just added may still leave by itself
        revoked, removed = house.hire(admin, "admin"), house.pair(admin)
        gone = house.hire(admin, "admin")
        orphan = program_of(gone)
        assert admin.call("DELETE", f"/api/users/{gone.id}").status_code == 204
        assert revoked.post("/api/auth/logout").status_code == 204
        assert admin.call("DELETE", f"/api/devices/{removed.id}").status_code == 204
        callers = (
            Caller("nobody", None, None),
            Caller("viewer", Access.VIEWER, token_of(viewer)),
            Caller("manager", Access.MANAGER, token_of(manager)),
            Caller("admin", Access.ADMIN, token_of(admin)),
            Caller("viewer's program", Access.VIEWER, program_of(viewer), is_program=True),
            Caller("admin's program", Access.ADMIN, program_of(admin), is_program=True),
            Caller("screen", Access.DEVICE, screens[0].token),
            Caller("revoked admin", None, token_of(revoked)),
            Caller("expired admin", None, expired(house, admin)),
            Caller("removed screen", None, removed.token),
            Caller("forged admin", None, token_of(admin)[:-3] + "AAA"),
            Caller("removed admin's program", None, orphan),
            Caller("forged program", None, "vzt_" + "A" * 43),
        )
        strangers = (
            Caller("other organization's admin", Access.ADMIN, token_of(other)),
            Caller("other organization's viewer", Access.VIEWER, token_of(stranger)),
            Caller("other organization's screen", Access.DEVICE, screens[1].token),
        )
        own, foreign = ({kind: make(house, person) for kind, make in MAKERS.items()} for person in (admin, other))
        yield World(house, admin, other, callers, own, foreign, strangers)


def many_screens(unit: Unit) -> None:
    organizations = tables.organizations
    mine = organizations.c.id == unit.organization_id
    unit.connection.execute(organizations.update().where(mine).values(screen_quota=1000))


def token_of(person: Person) -> str:
    return person.client.headers["authorization"].removeprefix("Bearer ")


def program_of(person: Person) -> str:
    """An API token with all that this person may."""
    made = person.post("/api/api-tokens", {"name": "Program"})
    assert made.status_code == 201, made.text
    return str(made.json()["token"])


def expired(house: House, person: Person) -> str:
    """Rightly signed, with a session that is there: only its time is over."""
    session_id, at = new_id(), house.clock.now()

    def work(unit: Unit) -> None:
        unit.insert(tables.sessions, id=session_id, user_id=person.id, created_at=at, expires_at=at)

    house.do(person.organization_id, work)
    return house.cloud.user_tokens.issue(Claims(session_id, person.id, person.organization_id, at), at)
