"""The page of figures against the real numbers behind it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cloud.house import PASSWORD, House
from tests.fakes.markup import read


@pytest.fixture
def played(house: House) -> House:
    """Somebody who is signed in by cookie, and whose screen played three times today and once yesterday."""
    person = house.register()
    screen = house.pair(person, nickname="Entrance")
    playlist = house.stock(person, "Menu")
    item = person.get(f"/api/playlists/{playlist}").json()["items"][0]
    starts = [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=70), timedelta(days=1)]
    events = [
        {"bootId": "b", "n": n, "itemId": item["id"], "contentId": item["contentId"], "playlistId": playlist,
         "scheduleId": None, "startedAt": (house.clock.now() - ago).isoformat().replace("+00:00", "Z"),
         "durationMs": 5000, "completed": True, "clock": "trusted"}
        for n, ago in enumerate(starts)
    ]  # fmt: skip
    assert screen.post("/api/device/plays", {"events": events}).status_code == 200
    house.client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
    return house


def show(house: House, query: str = "") -> Any:
    answer = house.client.get(f"/analytics{query}")
    assert answer.status_code == 200
    return answer.text


def test_it_tells_how_much_was_played_where_and_how_often(played: House) -> None:
    page = read(show(played))

    assert page.faults == []
    assert "Plays44 ran to their end" in page.text
    assert "Time on the glass20" in page.text
    assert "Menu4" in page.text


@pytest.mark.parametrize(
    ("by", "row"),
    [("device", "Entrance4"), ("playlist", "Stock4"), ("schedule", "published at once, or the fallback4")],
)
def test_it_counts_by_what_was_chosen(played: House, by: str, row: str) -> None:
    assert row in read(show(played, f"?by={by}")).text


def test_a_day_is_drawn_by_the_hour_and_a_week_by_the_day(played: House) -> None:
    today = show(played, "?period=today")

    assert "Plays by the hour" in today
    assert today.count('<th scope="row">') == 24 + 2
    assert show(played).count("<tr>") >= 7


def test_the_sheets_are_those_of_the_days_shown(played: House) -> None:
    page = read(show(played, "?from=2026-11-01&to=2026-11-02"))

    sheets = [address for address in page.addresses if ".csv" in address]
    assert len(sheets) == 4
    for address in sheets:
        assert "from=2026-11-01T00%3A00%3A00Z&to=2026-11-03T00%3A00%3A00Z" in address
        assert played.client.get(address).headers["content-type"].startswith("text/csv")


def test_days_without_plays_say_so(played: House) -> None:
    page = read(show(played, "?from=2026-01-01&to=2026-01-02"))

    assert "Nothing was played in these days." in page.text
