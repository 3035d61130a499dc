"""Every route, called by everybody, for one's own things and for others'; and what is wrong with an answer."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import delete

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.endpoints import Endpoint
from cloud.principals import Access, Role
from tests.cloud.access_world import Caller, World
from tests.cloud.asgi import Answer, ask
from tests.cloud.house import House
from tests.cloud.policy import ENDPOINTS, POLICY, filled, kind_of, name_of, places
from tests.cloud.work_counted import Work, WorkCounter
from vizora.identifiers import OrganizationId

RANDOM = str(uuid4())
MALFORMED = "' OR 1=1 --\n..\x00é"
MAY_DIFFER = ("date", "x-request-id")


@dataclass(frozen=True, slots=True)
class Cell:
    endpoint: Endpoint
    caller: Caller
    place: str
    variant: str

    def __str__(self) -> str:
        return f"{name_of(self.endpoint)} as {self.caller.name}, {self.variant} id at {self.place}"


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
        refused = code in ("AUTH_002", "AUTHZ_001", "RATE_001")
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
