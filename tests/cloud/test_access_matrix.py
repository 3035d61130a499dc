"""Every route × everybody who might call it × every id they might name (promises P30 and P33).

Who may is written in `tests.cloud.policy`; what is someone else's is answered exactly like what does not exist.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select
from starlette.websockets import WebSocketDisconnect

from cloud import dispatch
from cloud.accounts.authentication import user_of
from cloud.config import CloudConfig
from cloud.db.unit import Unit
from cloud.principals import Access
from tests.cloud.access_cells import ALL, RANDOM, cells, few, rows_of, walk
from tests.cloud.access_world import Caller, World, build
from tests.cloud.asgi import Answer, ask
from tests.cloud.policy import ENDPOINTS, POLICY, RAW_POLICY, RAW_ROUTES, name_of

CELLS = 3000


def test_every_route_is_in_the_policy_and_every_entry_is_a_route() -> None:
    assert sorted(map(name_of, ENDPOINTS)) == sorted(POLICY)
    assert sorted(path for paths in RAW_POLICY.values() for path in paths) == RAW_ROUTES


def test_the_code_and_the_policy_name_the_same_access() -> None:
    assert {name_of(one): one.access for one in ENDPOINTS} == {name: case.access for name, case in POLICY.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("matrix")
    yield from build(CloudConfig(data_dir=folder / "var", long_poll_s=0.0))


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
