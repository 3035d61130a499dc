"""What a browser is told to show is what the screen itself decides, and looking changes nothing."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.cloud.house import House, Person
from vizora.schedule.evaluate import plan, what_is_on


@pytest.fixture
def person(house: House) -> Person:
    return house.register()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def shown_at(told: Any, at: datetime) -> list[str]:
    """What a browser that has this answer shows then."""
    step = next(
        step
        for step in told["steps"]
        if instant(step["start"]) <= at and (not step["end"] or at < instant(step["end"]))
    )
    return [told["assets"][place["contentId"]]["title"] for place in step["zones"]]


def test_a_browser_shows_what_the_screen_shows_at_every_moment_it_is_told_of(house: House, person: Person) -> None:
    screen = house.pair(person)
    house.schedule(person, house.stock(person, "one", "two", "three"))
    told = person.get(f"/api/watch?deviceId={screen.id}").json()
    manifest = screen.manifest()
    own, now = plan(manifest), instant(told["at"])

    for seconds in range(25):
        at = now + timedelta(seconds=seconds)
        decided = [manifest.assets[zone.content_id].title for zone in what_is_on(own, at).zones]
        assert shown_at(told, at) == decided


def test_the_steps_touch_and_reach_beyond_the_next_change(house: House, person: Person) -> None:
    house.schedule(person, house.stock(person, "one", "two"))

    steps = person.get("/api/watch").json()["steps"]

    assert len(steps) >= 2
    assert all(one["end"] == after["start"] for one, after in pairwise(steps))


def test_without_a_screen_it_is_what_all_screens_are_meant_by(house: House, person: Person) -> None:
    screen = house.pair(person)
    house.schedule(person, house.stock(person, "mine"), target={"deviceIds": [screen.id], "tags": []})
    assert person.get("/api/watch").json()["steps"][0]["zones"] == []

    house.schedule(person, house.stock(person, "everyones"))

    told = person.get("/api/watch?timeZone=Asia/Kathmandu").json()
    assert shown_at(told, instant(told["at"])) == ["everyones"]
    assert told["timeZone"] == "Asia/Kathmandu"
    assert told["deviceId"] is None


def test_zones_of_a_layout_have_their_places(house: House, person: Person) -> None:
    zones = [
        {"id": name, "x": x, "y": 0, "width": 50, "height": 100, "playlistId": house.stock(person, name)}
        for name, x in (("left", 0), ("right", 50))
    ]
    layout = person.post("/api/layouts", {"name": "L", "width": 100, "height": 100, "zones": zones}).json()
    person.post("/api/publish", {"layoutId": layout["id"], "target": {"all": True}})

    step = person.get("/api/watch").json()["steps"][0]

    assert (step["width"], step["height"]) == (100, 100)
    assert {place["zoneId"]: place["x"] for place in step["zones"]} == {"left": 0, "right": 50}


def test_the_revision_changes_with_the_plan_and_only_with_it(house: House, person: Person) -> None:
    house.schedule(person, house.stock(person, "one"))
    before = person.get("/api/watch").json()["revision"]
    house.clock.pass_time(3600)
    assert person.get("/api/watch").json()["revision"] == before

    house.schedule(person, house.stock(person, "two"), priority=5)

    assert person.get("/api/watch").json()["revision"] != before


def test_looking_counts_as_no_screen_and_no_play(house: House, person: Person) -> None:
    house.schedule(person, house.stock(person, "one"))
    person.get("/api/watch")

    assert person.get("/api/organization/usage").json()["screensUsed"] == 0
    assert person.get("/api/analytics/summary").json()["plays"] == 0


@pytest.mark.parametrize("query", ["deviceId=nobody", "timeZone=Middle/Earth"])
def test_what_is_not_there_is_refused(person: Person, query: str) -> None:
    assert person.get(f"/api/watch?{query}").status_code in (400, 404)
