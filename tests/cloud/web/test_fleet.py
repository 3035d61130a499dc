"""A thousand screens and much content: pages stay light, and ask the database no more because there is more."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from cloud.web.static_files import FOLDER
from tests.cloud.house import PASSWORD, House, Person
from tests.cloud.web.fleet import SCREENS, fill, pages

MOST_BYTES = 100_000
MOST_SCHEDULE_BYTES = 300_000


@pytest.fixture
def fleet(house: House) -> Person:
    """Somebody with a thousand screens."""
    person = house.register()
    fill(house, person, SCREENS, 300)
    return person


@pytest.mark.parametrize(
    ("path", "most", "whole"),
    [
        ("/screens", MOST_BYTES, False),
        ("/content", MOST_BYTES, False),
        ("/publish", MOST_BYTES, True),
        ("/schedules/new", MOST_SCHEDULE_BYTES, True),
        ("/pair", MOST_BYTES, True),
    ],
)
def test_a_page_with_all_it_needs_stays_light(fleet: Person, path: str, most: int, whole: bool) -> None:
    answer = fleet.get(path)

    assert answer.status_code == 200
    assert all(f"Screen {number}<" in answer.text for number in (0, 499, 999)) or not whole
    weight = len(gzip.compress(answer.content)) + sum(
        len(gzip.compress(file.read_bytes())) for file in FOLDER.iterdir()
    )
    assert weight <= most, f"{weight} bytes compressed"


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


def test_a_page_asks_the_database_no_more_because_there_is_more(house: House) -> None:
    """As many questions with 190 screens and 1,500 pieces of content as with 20 and 100."""
    asked: list[dict[str, int]] = []
    for name, screens, content in (("Small", 20, 100), ("Large", 190, 1_500)):
        person = house.register(name)
        paths = pages(fill(house, person, screens, content))
        house.client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
        asked.append(dict(zip(pages(dict.fromkeys(("device", "content", "playlist", "schedule"), "one")),
                              (questions(house, path) for path in paths), strict=True)))  # fmt: skip

    small, large = asked
    assert {path: (small[path], large[path]) for path in small if large[path] > small[path]} == {}
    assert min(small.values()) > 0


def questions(house: House, path: str) -> int:
    """The fewest of some tries: what the cloud does by the clock asks too, at moments of its own."""
    tries = []
    for _ in range(3):
        with counting() as statements:
            assert house.client.get(path).status_code == 200
        tries.append(len(statements))
    return min(tries)


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
