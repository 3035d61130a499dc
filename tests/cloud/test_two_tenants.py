"""Whatever one organization does, however much of it and in whatever order: the other one's rows stay (P32)."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, update

from cloud.config import CloudConfig
from cloud.db.unit import Unit
from cloud.endpoints import Endpoint
from cloud.principals import Access
from tests.cloud.access_cells import rows_of
from tests.cloud.access_world import many_screens
from tests.cloud.audit.test_every_change import CHANGES, NEEDS_STRIPE, prepared
from tests.cloud.house import House, Person
from tests.cloud.policy import MAKERS, name_of
from tests.fakes.clock import FakeClock

WORK = [one for one in CHANGES if one.access is not Access.PUBLIC and name_of(one) not in NEEDS_STRIPE]
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    config = CloudConfig(data_dir=tmp_path_factory.mktemp("tenants") / "var", long_poll_s=0.0)
    with House(config, FakeClock()) as house:
        yield house


def furnished(house: House, name: str) -> Person:
    """Somebody whose organization has one of everything."""
    house.clock.pass_time(3600)
    person = house.register(name)
    house.do(person.organization_id, many_screens)
    for make in MAKERS.values():
        make(house, person)
    return person


def changed_by(house: House, work: list[Endpoint]) -> tuple[Any, Any, int]:
    """The other organization's rows before and after, and how much of the work succeeded."""
    mine, other = (furnished(house, f"Org{next(NUMBERS)}") for _ in range(2))
    before = rows_of(house, other.organization_id)
    done = 0
    for endpoint in work:
        house.clock.pass_time(60)  # not a day in all, after which things end by themselves
        actor = house.hire(mine, "admin", f"{next(NUMBERS)}@actor.example")  # who may end their own session
        done += prepared(house, actor, endpoint)().status_code < 300
        house.client.cookies.clear()
    return before, rows_of(house, other.organization_id), done


def test_every_change_together_changes_nothing_of_the_other_organization(house: House) -> None:
    before, after, done = changed_by(house, WORK)

    assert after == before
    assert done == len(WORK)


@given(work=st.lists(st.sampled_from(WORK), min_size=1, max_size=12))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_changes_in_any_order_change_nothing_of_the_other_organization(house: House, work: list[Endpoint]) -> None:
    before, after, _ = changed_by(house, work)

    assert after == before


def test_a_change_that_forgets_whose_it_is_would_be_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""

    def careless(self: Unit, table: Table, id: str, **values: Any) -> None:  # noqa: A002
        self.connection.execute(update(table).values(updated_at=self.now, revision=table.c.revision + 1))

    monkeypatch.setattr(Unit, "change", careless)
    before, after, _ = changed_by(house, [one for one in WORK if name_of(one) == "PATCH /api/playlists/{id}"])

    assert after != before
