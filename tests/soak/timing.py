"""What is someone else's takes as long to refuse as what is not there, and an unknown address as long as a wrong
password (promise P31). The application in this process, asked by turns in random order.

What is not there is what was: ids of the same kind and age, of objects that were deleted.
"""

import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, select

from cloud.accounts.passwords import Passwords
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Unit
from tests.cloud.asgi import ask
from tests.cloud.house import House, Person
from tests.cloud.policy import MAKERS, POLICY, filled
from tests.fakes.clock import FakeClock
from tests.soak.compared import Compared, compare

ROUTES = {
    "GET /api/playlists/{id}": "playlist",
    "PATCH /api/playlists/{id}": "playlist",
    "GET /api/content/{id}": "content",
    "GET /api/devices/{id}": "device",
    "DELETE /api/schedules/{id}": "schedule",
    "GET /api/layouts/{id}": "layout",
}
SIGN_IN = "POST /api/auth/login"
SIGN_INS = 4
"""Each costs as much as many of the others, so of them there is only one in so many."""
OBJECTS = 20
WARM_UP = 50
Ask = Callable[[bool], Awaitable[int]]
"""Asks for a foreign one (True) or a missing one, or as a known (True) or an unknown person; the status."""


def run(data: Path, pairs: int, seed: int, *, broken: bool = False) -> dict[str, Compared]:
    """By route, `pairs` answers of each kind. `broken`: a twin that looks at a foreign one for longer."""
    dice = random.Random(seed)
    told: dict[str, Compared] = {}

    def judge(name: str, act: Ask, count: int) -> None:
        told[name] = house.on_loop(lambda: _times(house, act, count, dice))

    with House(CloudConfig(data_dir=data, long_poll_s=0.0), FakeClock()) as house, broken_twin(wanted=broken):
        for name, act in _routes(house, dice):
            judge(name, act, pairs)
        if not broken:
            house.cloud.passwords = Passwords()  # at their real cost: that is what hides the rest
            judge(SIGN_IN, _sign_in(house, dice), pairs // SIGN_INS)
    return told


async def _times(house: House, act: Ask, pairs: int, dice: random.Random) -> Compared:
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(WARM_UP + pairs):
        kinds = [True, False]
        dice.shuffle(kinds)
        for kind in kinds:
            house.clock.pass_time(1.0)  # nobody calls too often
            await house.cloud.write(_forget_attempts)
            begun = time.perf_counter()
            status = await act(kind)
            if number >= WARM_UP:
                took[kind].append(time.perf_counter() - begun)
            assert status in (401, 404), status
    return compare(took[True], took[False])


def _routes(house: House, dice: random.Random) -> Iterator[tuple[str, Ask]]:
    admin, other = house.register(), house.register("Other")
    house.do(other.organization_id, _room_for_screens)
    token = admin.client.headers["authorization"].removeprefix("Bearer ")
    for name, kind in ROUTES.items():
        ids = [MAKERS[kind](house, other) for _ in range(2 * OBJECTS)]
        dice.shuffle(ids)
        foreign, missing = ids[:OBJECTS], ids[OBJECTS:]
        _remove(house, other, kind, missing)
        yield name, _asking(house, token, name, foreign, missing, dice)


def _asking(house: House, token: str, name: str, foreign: list[str], missing: list[str], dice: random.Random) -> Ask:
    method, path = name.split()
    case = POLICY[name]
    body: Any = None if case.body is None else filled(case.body, {})

    async def act(kind: bool) -> int:
        id_ = dice.choice(foreign if kind else missing)
        answer = await ask(house.app, method, path.replace("{id}", id_), token=token, body=body, headers=case.headers)
        return answer.status

    return act


def _sign_in(house: House, dice: random.Random) -> Ask:
    known = [house.register(f"K{n}", email=f"k{n}@known.example").email for n in range(OBJECTS)]

    async def act(kind: bool) -> int:
        email = dice.choice(known) if kind else f"k{dice.randrange(OBJECTS)}@noone.example"
        body = {"email": email, "password": "wrong horse battery"}
        return (await ask(house.app, "POST", "/api/auth/login", body=body)).status

    return act


TABLES: dict[str, Table] = {
    "playlist": tables.playlists,
    "content": tables.content,
    "device": tables.devices,
    "schedule": tables.schedules,
    "layout": tables.layouts,
}


def _remove(house: House, person: Person, kind: str, ids: list[str]) -> None:
    table = TABLES[kind]
    house.do(
        person.organization_id, lambda unit: unit.connection.execute(unit.delete(table).where(table.c.id.in_(ids)))
    )


def _room_for_screens(unit: Unit) -> None:
    organizations = tables.organizations
    mine = organizations.c.id == unit.organization_id
    unit.connection.execute(organizations.update().where(mine).values(screen_quota=1000))


def _forget_attempts(unit: Unit) -> None:
    unit.connection.execute(delete(tables.attempts))


@contextmanager
def broken_twin(*, wanted: bool) -> Iterator[None]:
    """It looks once more at what is there, whosever it is: a statement, as a careless check would send."""
    get = Unit.get

    def slower(self: Unit, table: Table, id: str) -> Any:  # noqa: A002
        if self.connection.execute(select(table.c.id).where(table.c.id == id)).first() is not None:
            self.connection.execute(select(table).where(table.c.id == id)).all()
        return get(self, table, id)

    if wanted:
        Unit.get = slower  # type: ignore[method-assign]
    try:
        yield
    finally:
        Unit.get = get  # type: ignore[method-assign]
