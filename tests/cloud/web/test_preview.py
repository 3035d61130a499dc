"""The preview of a schedule that is not saved yet, against the real API behind it."""

from typing import Any

import pytest

from cloud.bodies import JSON_LIMIT
from tests.cloud.house import PASSWORD, House
from tests.fakes.markup import read

OWN = "http://127.0.0.1:3000"


@pytest.fixture
def draft(house: House) -> dict[str, Any]:
    """For somebody who is signed in by cookie and has a screen that shows another schedule already."""
    person = house.register()
    house.pair(person, nickname="Entrance", timezone="Europe/Berlin")
    playlist = house.stock(person, "Menu")
    house.schedule(person, playlist, name="Always")
    house.client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
    recurrence = {"kind": "weekly", "days": [1, 2, 3, 4, 5], "startTime": "08:00", "endTime": "20:00"}
    return {"name": "Opening", "playlistId": playlist, "target": {"all": True}, "priority": 0, "timezone": "device",
            "recurrence": recurrence}  # fmt: skip


def ask(house: House, draft: dict[str, Any], origin: str = OWN) -> Any:
    return house.client.post("/schedules/preview", json={"schedule": draft}, headers={"origin": origin})


def test_it_says_what_the_rule_means_and_what_it_collides_with(house: House, draft: dict[str, Any]) -> None:
    answer = ask(house, draft)

    page = read(answer.text)
    assert answer.status_code == 200
    assert page.faults == []
    assert "plays on all screens: monday to friday" in page.text.lower()
    assert "08:00–20:00, in each screen’s own time" in page.text
    assert "The next seven days on Entrance" in page.text
    assert "have the same priority (0). Give one of them the higher one." in page.text


def test_what_is_wrong_comes_as_the_api_says_it(house: House, draft: dict[str, Any]) -> None:
    draft["recurrence"] = {"kind": "cron", "expression": "often", "durationMs": 1000}

    answer = ask(house, draft)

    assert answer.status_code == 400
    assert answer.json()["code"] == "SCHEDULE_001"


def test_nothing_is_saved(house: House, draft: dict[str, Any]) -> None:
    ask(house, draft)

    names = [one["name"] for one in house.client.get("/api/schedules").json()["items"]]
    assert names == ["Always"]


def test_a_page_of_somebody_else_gets_nothing(house: House, draft: dict[str, Any]) -> None:
    assert ask(house, draft, "https://evil.example").status_code in (403, 404)


def test_a_draft_is_no_longer_than_any_other_body(house: House, draft: dict[str, Any]) -> None:
    """It is gathered before it is read: without a limit whoever may look at schedules fills the server's memory."""
    answer = ask(house, draft | {"name": "x" * JSON_LIMIT})

    assert (answer.status_code, answer.json()["code"]) == (413, "VALIDATION_001")
