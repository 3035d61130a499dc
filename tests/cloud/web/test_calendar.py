"""The week as a calendar, and the draft that a place in it stands for."""

from datetime import date
from typing import Any

import pytest

from cloud.web.calendar import monday_of, wished
from cloud.web.schedules import NEW
from tests.cloud.house import House, Person
from tests.fakes.markup import read

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "monday"),
    [("2026-11-29", "2026-11-23"), ("2026-11-30", "2026-11-30"), ("", "2026-11-23"), ("9999-12-31", "2026-11-23")],
)
def test_a_week_begins_with_its_monday(text: str, monday: str) -> None:
    assert monday_of(text, TODAY) == date.fromisoformat(monday)


def test_a_place_in_the_calendar_is_a_draft_for_it() -> None:
    draft = wished(NEW, {"day": "6", "from": "09:30", "to": "24:00", "screen": "d1"}, {"d1"})

    assert draft["recurrence"] == {"kind": "weekly", "days": [6], "startTime": "09:30", "endTime": "20:00"}
    assert draft["target"] == {"deviceIds": ["d1"], "tags": []}


@pytest.mark.parametrize("query", [{}, {"day": "8", "from": "x", "to": "25:00", "screen": "someone else's"}])
def test_nonsense_changes_nothing_of_a_new_schedule(query: dict[str, str]) -> None:
    assert wished(NEW, query, {"d1"}) == NEW


@pytest.fixture
def planned(house: House) -> tuple[Person, str]:
    """Somebody with the screens A and B; only B shows something, on weekday mornings of New York."""
    person = house.register()
    house.pair(person, nickname="A")
    screen = house.pair(person, nickname="B", timezone="America/New_York").id
    rule = {"kind": "weekly", "days": [1, 2, 3, 4, 5], "startTime": "08:00", "endTime": "12:00"}
    house.schedule(person, house.stock(person, "Menu"), name="Mornings", target={"deviceIds": [screen], "tags": []},
                   recurrence=rule)  # fmt: skip
    return person, screen


def test_the_week_shows_what_the_evaluator_says_with_the_way_to_it(planned: tuple[Person, str]) -> None:
    person, screen = planned

    page: Any = read(person.get(f"/schedules?screen={screen}&week=2026-11-26").text)

    schedule = person.get("/api/schedules").json()["items"][0]["id"]
    assert page.faults == []
    assert "times of America/New_York" in page.text
    assert page.addresses.count(f"/schedules/{schedule}") == 5 + 1
    assert f"/schedules/new?day=7&screen={screen}" in page.addresses
    assert "Week of 23 November 2026" in page.text


def test_another_screen_has_a_week_of_its_own(planned: tuple[Person, str]) -> None:
    person, _ = planned
    page = read(person.get("/schedules").text)

    assert "What plays on A" in page.text
    assert "Nothing planned" in page.text


def test_a_viewer_looks_but_plans_nothing(house: House, planned: tuple[Person, str]) -> None:
    viewer = house.hire(planned[0], "viewer")

    assert "/schedules/new" not in viewer.get("/schedules").text
