"""Every route × everybody who might call it × every id they might name (facts/reliability.md, P30 and P33).

Who may is written in `tests.cloud.policy`; what is someone else's is answered exactly like what does not exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Table, delete, select
from starlette.websockets import WebSocketDisconnect

from cloud import dispatch
from cloud.accounts.authentication import user_of
from cloud.accounts.tokens import Claims
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.endpoints import Endpoint
from cloud.principals import Access, Role
from tests.cloud.asgi import Answer, ask
from tests.cloud.house import House, Person
from tests.cloud.policy import (
    ENDPOINTS,
    MAKERS,
    POLICY,
    RAW_POLICY,
    RAW_ROUTES,
    filled,
    kind_of,
    name_of,
    places,
)  # fmt: skip
from tests.cloud.work_counted import Work, WorkCounter
from tests.fakes.clock import FakeClock
from vizora.identifiers import OrganizationId

CELLS = 3000
RANDOM = str(uuid4())
MALFORMED = "' OR 1=1 --\n..\x00é"
MAY_DIFFER = ("date", "x-request-id")


def test_every_route_is_in_the_policy_and_every_entry_is_a_route() -> None:
    assert sorted(map(name_of, ENDPOINTS)) == sorted(POLICY)
    assert sorted(path for paths in RAW_POLICY.values() for path in paths) == RAW_ROUTES


def test_the_code_and_the_policy_name_the_same_access() -> None:
    assert {name_of(one): one.access for one in ENDPOINTS} == {name: case.access for name, case in POLICY.items()}


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


@dataclass(frozen=True, slots=True)
class Cell:
    endpoint: Endpoint
    caller: Caller
    place: str
    variant: str

    def __str__(self) -> str:
        return f"{name_of(self.endpoint)} as {self.caller.name}, {self.variant} id at {self.place}"


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


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("matrix")
    yield from build(CloudConfig(data_dir=folder / "var", long_poll_s=0.0))


def cells(callers: tuple[Caller, ...], variants: tuple[str, ...]) -> list[Cell]:
    """Deletions and what ends sessions last, so that there is something to name until then."""
    ordered = sorted(ENDPOINTS, key=lambda one: (one.path.startswith("/api/auth"), one.method == "DELETE"))
    return [
        Cell(endpoint, caller, place, variant)
        for endpoint in ordered
        for place in [*places(endpoint), "?organizationId"]
        for caller in callers
        for variant in variants
    ]


ALL = ("own", "foreign", "random", "malformed")


def ids_of(world: World, cell: Cell) -> tuple[str, dict[str, str], dict[str, str]]:
    """The `{id}`, the ids of body and query, and what the query says beside: one of them is the cell's variant."""
    if is_stranger(world, cell):
        mine, theirs = world.foreign, world.own
    else:
        mine, theirs = world.own, world.foreign
    chosen = {f"@{kind}": id_ for kind, id_ in mine.items()}
    path_id = mine[kind_of(cell.endpoint)] if "{id}" in cell.endpoint.path else ""
    variants = {"random": RANDOM, "malformed": MALFORMED}
    if cell.place == "{id}":
        kind = kind_of(cell.endpoint)
        path_id = {**variants, "own": mine[kind], "foreign": theirs[kind]}[cell.variant]
    elif cell.place.startswith("@"):
        kind = cell.place[1:]
        chosen[cell.place] = {**variants, "own": mine[kind], "foreign": theirs[kind]}[cell.variant]
    else:
        own, foreign = world.admin.organization_id, world.other.organization_id
        if is_stranger(world, cell):
            own, foreign = foreign, own
        return path_id, chosen, {"organizationId": {**variants, "own": own, "foreign": foreign}[cell.variant]}
    return path_id, chosen, {}


def is_stranger(world: World, cell: Cell) -> bool:
    """By name: their token may be of another session than the one they began with."""
    return cell.caller.name in [stranger.name for stranger in world.strangers]


async def call(world: World, cell: Cell) -> Answer:
    case = POLICY[name_of(cell.endpoint)]
    path_id, ids, beside = ids_of(world, cell)
    path = cell.endpoint.path.replace("{id}", path_id).replace("{command_id}", RANDOM).replace("{sha256}", "0" * 64)
    if cell.variant != "random":  # which is asked at the same moment as the foreign one before it
        world.house.clock.pass_time(0.1)
    return await ask(
        world.house.app,
        cell.endpoint.method,
        path,
        token=cell.caller.token,
        query={**filled(case.query, ids), **beside},
        body=filled(case.body, ids) if case.body is not None else None,
        headers={**case.headers, "x-organization-id": next(iter(beside.values()), "")},
    )


def allowed(cell: Cell) -> bool:
    access, kind = cell.endpoint.access, cell.caller.kind
    if access is Access.PUBLIC:
        return True
    if cell.caller.is_program and cell.endpoint.in_person:
        return False
    if kind is None or Access.DEVICE in (access, kind):
        return access is kind
    return Role(kind).rank >= Role(access).rank


def wrong(cell: Cell, answer: Answer) -> str | None:
    """What is wrong with this answer, before it is compared with others."""
    code = answer.json.get("code") if answer.headers.get("content-type") == "application/problem+json" else None
    if answer.status >= 500:
        return f"answered {answer.status}"
    if allowed(cell):
        refused = code in ("AUTH_002", "AUTHZ_001", "AUTHZ_003", "RATE_001")
        return f"refused with {code}" if refused and cell.endpoint.access is not Access.PUBLIC else None
    person_here = cell.caller.kind not in (None, Access.DEVICE) and cell.endpoint.access is not Access.DEVICE
    expected = (403, "AUTHZ_001") if person_here else (401, "AUTH_002")
    if person_here and cell.caller.is_program and allowed(replace(cell, caller=replace(cell.caller, is_program=False))):
        expected = (403, "AUTHZ_006")
    return None if (answer.status, code) == expected else f"answered {answer.status} {code}, not {expected}"


def forget_attempts(unit: Unit) -> None:
    """Wrong codes are counted: that is another test's matter."""
    unit.connection.execute(delete(tables.attempts))


def spends_session(cell: Cell) -> bool:
    """Whether the call may end the session it is made with."""
    is_about_it = cell.endpoint.path.startswith("/api/auth") and cell.endpoint.access is not Access.PUBLIC
    return is_about_it and allowed(cell) and not cell.caller.is_program


async def with_own_session(world: World, caller: Caller) -> Caller:
    """The same person with a session more: the call may end it."""
    assert caller.token is not None
    cloud, now = world.house.cloud, world.house.clock.now()
    known = cloud.user_tokens.read(caller.token, now)
    claims = replace(known, token_id=new_id())

    def work(unit: Unit) -> None:
        unit.insert(
            tables.sessions,
            id=claims.token_id,
            user_id=claims.subject,
            created_at=now,
            expires_at=claims.expires_at,
        )

    await cloud.write(work, OrganizationId(claims.organization_id))
    return replace(caller, token=cloud.user_tokens.issue(claims, now))


def shown(world: World, cell: Cell, answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All that the caller sees; the id they sent themselves may come back to them."""
    path_id, ids, _ = ids_of(world, cell)
    sent = ids.get(cell.place, path_id).encode()
    headers = {name: value for name, value in answer.headers.items() if name not in MAY_DIFFER}
    return answer.status, headers, answer.body.replace(sent, b"@")


async def called(world: World, counter: WorkCounter, cell: Cell) -> tuple[Answer, Work]:
    """The answer, and what it cost."""
    if "/pair" in cell.endpoint.path:
        await world.house.cloud.write(forget_attempts)
    own = await with_own_session(world, cell.caller) if spends_session(cell) else cell.caller
    return await counter.of(lambda: call(world, replace(cell, caller=own)))


async def costs_alike(world: World, counter: WorkCounter, cell: Cell) -> bool:
    """Asked both again: what the first of them had to look up for both is in memory now."""
    _, foreign = await called(world, counter, replace(cell, variant="foreign"))
    _, random = await called(world, counter, cell)
    return foreign == random


async def walk(world: World, todo: list[Cell]) -> list[str]:
    """Calls every cell; what is wrong with them, as sentences. Foreign and random are called one after the other."""
    counter = WorkCounter(world.house)
    with counter.watching():
        return await watched(world, counter, todo)


async def watched(world: World, counter: WorkCounter, todo: list[Cell]) -> list[str]:
    faults: list[str] = []
    foreign: dict[tuple[str, str, str], tuple[int, dict[str, str], bytes]] = {}
    cost: dict[tuple[str, str, str], Work] = {}
    for cell in todo:
        answer, work = await called(world, counter, cell)
        if fault := wrong(cell, answer):
            faults.append(f"{cell}: {fault}")
        key = (name_of(cell.endpoint), cell.caller.name, cell.place)
        if cell.variant == "foreign":
            foreign[key], cost[key] = shown(world, cell, answer), work
        elif cell.variant == "random" and cell.place != "?organizationId":
            if shown(world, cell, answer) != foreign[key]:
                faults.append(f"{cell}: {shown(world, cell, answer)} is not what a foreign one gives: {foreign[key]}")
            if work != cost[key] and not await costs_alike(world, counter, cell):
                faults.append(f"{cell}: {work} is not what a foreign one costs: {cost[key]}")
    return faults


def rows_of(house: House, organization_id: str) -> dict[str, Any]:
    """Everything an organization has, but for what others may count for it: who was told what, when a screen spoke."""

    def work(unit: Unit) -> dict[str, Any]:
        mine = [table for table in tables.metadata.sorted_tables if "organization_id" in table.c]
        return {table.name: sorted(map(repr, unit.rows(unit.select(table)))) for table in mine}

    return house.do(organization_id, work)


def few(world: World, name: str) -> list[Cell]:
    return [cell for cell in cells(world.callers, ALL) if name_of(cell.endpoint) == name]


def test_a_query_that_forgets_the_organization_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unit, "select", lambda _, table, *columns: select(*(columns or (table,))))
    faults = world.house.on_loop(lambda: walk(world, few(world, "GET /api/playlists")))
    faults += world.house.on_loop(lambda: walk(world, few(world, "GET /api/playlists/{id}")))

    assert any("is not what a foreign one gives" in fault for fault in faults)


def test_a_foreign_one_that_is_looked_at_longer_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    get = Unit.get

    def slower(self: Unit, table: Table, id: str) -> Any:  # noqa: A002
        if self.connection.execute(select(table.c.id).where(table.c.id == id)).first() is not None:
            self.connection.execute(select(table.c.id).limit(1))  # only of what is there, whosever it is
        return get(self, table, id)

    monkeypatch.setattr(Unit, "get", slower)
    faults = world.house.on_loop(lambda: walk(world, few(world, "GET /api/playlists/{id}")))

    assert faults
    assert all("is not what a foreign one costs" in fault for fault in faults)


def test_a_role_that_is_not_checked_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_principal", lambda _, cloud, request: user_of(cloud, request))
    faults = world.house.on_loop(lambda: walk(world, few(world, "GET /api/users")))

    assert any("as viewer" in fault for fault in faults)


@pytest.mark.parametrize("path", RAW_POLICY["people"])
def test_pages_for_people_send_everybody_else_to_sign_in(world: World, path: str) -> None:
    def asking(caller: Caller) -> Answer:
        return world.house.on_loop(
            lambda: ask(world.house.app, "GET", path.replace("{id}", RANDOM), token=caller.token)
        )

    for caller in world.callers:
        answer = asking(caller)
        if caller.kind in (None, Access.DEVICE):
            assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), caller.name
        else:
            assert answer.status in (200, 404), caller.name


@pytest.mark.parametrize("path", RAW_POLICY["lines"])
def test_lines_open_for_those_they_are_for(world: World, path: str) -> None:
    people = path.endswith("organization")
    for caller in world.callers:
        right = caller.kind is not None and (caller.kind is not Access.DEVICE) == people
        client = world.house.bearing(caller.token or "")
        if right:
            with client.websocket_connect(path):
                continue
        with pytest.raises(WebSocketDisconnect) as refusal, client.websocket_connect(path):
            pass
        assert refusal.value.code == 4401, caller.name


def test_nobody_gets_further_than_the_policy_and_nobody_learns_of_others(world: World) -> None:
    before = rows_of(world.house, world.other.organization_id)
    ours = cells(world.callers, ALL)
    faults = world.house.on_loop(lambda: walk(world, ours))
    after = rows_of(world.house, world.other.organization_id)
    theirs = cells(world.strangers, ("foreign", "random"))
    faults += world.house.on_loop(lambda: walk(world, theirs))

    assert "\n".join(faults) == ""
    assert after == before, "our calls changed something of the other organization"
    assert len(ours) + len(theirs) >= CELLS
