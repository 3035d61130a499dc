"""A thousand screens and much content: pages stay light, and ask the database no more because there is more."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from cloud.web.static_files import FOLDER
from tests.cloud.house import PASSWORD, House, Person
from tests.cloud.web.fleet import SCREENS, fill, pages

MOST_BYTES = 100_000
FEW = 70
"""More than any page draws, so that a page with a thousand has as much to draw."""
PARTS = frozenset({"/screens/choices?for=target", "/screens/choices?q=screen", "/publish/choices", "/playlists/shelf"})
TWINS = ("/api/devices?limit=200", "/api/analytics/uptime.csv")
SLACK = 1.03
"""A page's bytes may be so many times those of another: `Screen 999` is longer than `Screen 9`."""


@pytest.fixture
def fleet(house: House) -> Person:
    """Somebody with a thousand screens."""
    person = house.register()
    fill(house, person, SCREENS, 300)
    return person


@pytest.mark.parametrize("path", ["/screens", "/content", "/publish", "/schedules/new", "/pair"])
def test_a_page_with_all_it_needs_stays_light(fleet: Person, path: str) -> None:
    answer = fleet.get(path)

    assert answer.status_code == 200
    weight = len(gzip.compress(answer.content)) + sum(
        len(gzip.compress(file.read_bytes())) for file in FOLDER.iterdir()
    )
    assert weight <= MOST_BYTES, f"{weight} bytes compressed"


def test_every_screen_is_on_one_of_the_pages(fleet: Person) -> None:
    found: list[str] = []
    for number in range(1, 100):
        text = fleet.get(f"/screens?page={number}").text
        found += [name for name in (f"Screen {one}" for one in range(SCREENS)) if f">{name}</a>" in text]
        if f"page={number + 1}" not in text:
            break

    assert sorted(found) == sorted(f"Screen {one}" for one in range(SCREENS))


def test_what_needs_somebody_comes_first_and_names_are_in_their_natural_order(house: House) -> None:
    person = house.register()
    house.pair(person, nickname="New")
    fill(house, person, 12, 1)

    names = [line.split("</a>")[0] for line in person.get("/screens").text.split('<h2><a href="/screens/')[1:]]

    assert [name.split(">")[1] for name in names] == ["New", *(f"Screen {one}" for one in range(12))]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("q=screen+99", 1),
        ("q=SCREEN+1", 21),
        ("tag=region+3", 9),
        ("q=nowhere", 0),
        ("status=offline", 0),
        ("status=online&tag=region+0", 10),
    ],
)
def test_screens_are_narrowed(house: House, query: str, fits: int) -> None:
    person = house.register()
    fill(house, person, 110, 1)

    text = person.get(f"/screens?{query}").text

    assert text.count('class="screen"') == fits


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs, but time."""

    questions: int
    size: int

    def grew_from(self, less: "Cost") -> bool:
        return self.questions > less.questions or self.size > less.size * SLACK


def test_only_lists_of_all_screens_ask_or_weigh_more_because_there_are_more(house: House) -> None:
    """With 70 screens and 100 pieces of content, and with 1,000 and 1,500. The lists are the broken twins."""
    house.client.event_hooks = {"response": []}
    few, many = (measured(house, *size) for size in (("Few", FEW, 100), ("Many", SCREENS, 1_500)))

    # Words narrow: with more screens they may find as much as there is without them.
    usual = {path: max(few[path].size, few.get(path.partition("?")[0], few[path]).size) for path in few}
    assert {path for path in few if many[path].grew_from(replace(few[path], size=usual[path]))} == set(TWINS)
    assert all(cost.questions > 0 and cost.size > 1_000 for cost in few.values())


def measured(house: House, name: str, screens: int, content: int) -> dict[str, Cost]:
    person = house.register(name)
    ids = fill(house, person, screens, content)
    on_all = {"target": {"all": True}, "playlistId": ids["playlist"]}
    assert person.post("/api/publish", on_all).status_code == 201
    house.client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
    paths = [*pages(ids), *PARTS, *TWINS]
    called = [*pages(dict.fromkeys(ids, "one")), *PARTS, *TWINS]
    return {one: cost(house, path) for one, path in zip(called, paths, strict=True)}


def cost(house: House, path: str) -> Cost:
    """The fewest questions of some tries: what the cloud does by the clock asks too, at moments of its own."""
    tries, size = [], 0
    for _ in range(3):
        with counting() as statements:
            answer = house.client.get(path)
        assert answer.status_code == 200, path
        tries.append(len(statements))
        size = len(answer.content)
    return Cost(min(tries), size)


@contextmanager
def counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
