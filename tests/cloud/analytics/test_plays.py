"""What people see of plays: counts by anything, files to download."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from cloud.analytics.recording import record
from cloud.db.unit import Row
from tests.cloud.analytics.plays import AT, play_row
from tests.cloud.house import House, Person, add_picture

ALL = "from=2026-11-20T00:00:00Z&to=2026-11-22T00:00:00Z"


@pytest.fixture
def admin(house: House) -> Person:
    return house.register()


def played(house: House, person: Person, *plays: Row) -> None:
    house.do(person.organization_id, lambda unit: record(unit, plays, outbox=False))


def sheet(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def test_the_most_played_comes_first_with_its_name(house: House, admin: Person) -> None:
    poster = house.do(admin.organization_id, lambda unit: add_picture(unit, "Poster"))
    played(house, admin, *[play_row(n, content_id=poster if n else "gone") for n in range(3)])

    answer = admin.get(f"/api/analytics/plays?{ALL}").json()

    assert answer == {
        "groupBy": "content", "from": "2026-11-20T00:00:00.000Z", "to": "2026-11-22T00:00:00.000Z", "timeZone": "UTC",
        "items": [
            {"id": poster, "name": "Poster", "plays": 2, "completed": 2, "durationMs": 2000,
             "lastPlayedAt": "2026-11-20T09:00:00.000Z"},
            {"id": "gone", "name": None, "plays": 1, "completed": 1, "durationMs": 1000,
             "lastPlayedAt": "2026-11-20T09:00:00.000Z"},
        ],
        "nextCursor": None,
    }  # fmt: skip


def test_days_and_hours_are_those_of_the_zone_that_is_asked_for_and_said(house: House, admin: Person) -> None:
    played(house, admin, *[play_row(n, started_at=AT + timedelta(hours=7 * n)) for n in range(3)])

    days = admin.get(f"/api/analytics/plays?groupBy=day&{ALL}&timeZone=Europe/Berlin").json()
    hours = admin.get(f"/api/analytics/plays?groupBy=hour&{ALL}&timeZone=Asia/Kolkata").json()

    assert days["timeZone"] == "Europe/Berlin"
    assert [(item["local"], item["plays"]) for item in days["items"]] == [("2026-11-20", 2), ("2026-11-21", 1)]
    assert [(item["local"], item["start"]) for item in hours["items"]] == [
        ("2026-11-20T14:00+05:30", "2026-11-20T08:30:00.000Z"),
        ("2026-11-20T21:00+05:30", "2026-11-20T15:30:00.000Z"),
        ("2026-11-21T04:00+05:30", "2026-11-20T22:30:00.000Z"),
    ]


def test_many_are_shown_in_pages(house: House, admin: Person) -> None:
    played(house, admin, *[play_row(n, content_id=f"c{n:02}") for n in range(25)])
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = admin.get(f"/api/analytics/plays?{ALL}&limit=10{cursor and f'&cursor={cursor}'}").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]

    assert seen == [f"c{n:02}" for n in range(25)]


def test_plays_are_narrowed_by_the_tag_of_their_screens(house: House, admin: Person) -> None:
    one, two = house.pair(admin), house.pair(admin)
    admin.call("PATCH", f"/api/devices/{one.id}", {"tags": ["lobby"]})
    played(house, admin, play_row(0, device_id=one.id), play_row(1, device_id=two.id), play_row(2, device_id=two.id))

    def plays(query: str) -> int:
        return sum(item["plays"] for item in admin.get(f"/api/analytics/plays?{ALL}&{query}").json()["items"])

    assert [plays("tag=lobby"), plays("tag=none"), plays(f"tag=lobby&deviceId={two.id}")] == [1, 0, 0]
    assert plays(f"deviceId={two.id}&deviceId={one.id}") == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("groupBy=colour", "groupBy"), ("from=yesterday", "from"), ("timeZone=Mars/Base", "timeZone"),
        ("from=2026-11-22T00:00:00Z&to=2026-11-20T00:00:00Z", "from"), ("cursor=x", "cursor"), ("limit=0", "limit"),
        ("from=0001-01-01T00:00:00Z", "from"), ("from=2026-11-20T00:00:00", "from"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_what_is_wrong(admin: Person, query: str, field: str) -> None:
    answer = admin.get(f"/api/analytics/plays?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("by", ["content", "device", "playlist", "schedule", "hour", "day"])
def test_each_count_is_a_sheet_too(house: House, admin: Person, by: str) -> None:
    evil = house.do(admin.organization_id, lambda unit: add_picture(unit, "=cmd|' /C calc'!A0"))
    played(house, admin, *[play_row(n, content_id=evil) for n in range(2)])

    answer = admin.get(f"/api/analytics/plays.csv?groupBy={by}&{ALL}")

    rows = sheet(answer)
    assert dict(zip(rows[0], rows[1], strict=True))["plays"] == "2"
    assert answer.headers["content-disposition"] == f'attachment; filename="plays-by-{by}.csv"'
    if by == "content":
        assert rows[1][1] == "'=cmd|' /C calc'!A0"


def test_the_proof_has_a_line_for_each_play_however_many(house: House, admin: Person) -> None:
    count = 4100  # more than two readings
    for start in range(0, count, 500):
        some = [play_row(n, started_at=AT + timedelta(seconds=n)) for n in range(start, min(start + 500, count))]
        played(house, admin, *some, *some[:50])

    rows = sheet(admin.get(f"/api/analytics/plays/proof.csv?{ALL}"))

    assert [int(row[14]) for row in rows[1:]] == list(range(count))
    assert dict(zip(rows[0], rows[1], strict=True)) == {
        "startedAt": "2026-11-20T09:00:00.000Z", "durationMs": "1000", "completed": "true", "clock": "trusted",
        "deviceId": "d", "device": "", "contentId": "c", "content": "", "playlistId": "p", "playlist": "",
        "scheduleId": "", "schedule": "", "itemId": "i", "bootId": "b", "n": "0",
        "receivedAt": "2026-11-20T09:00:00.000Z",
    }  # fmt: skip


def test_the_playout_file_of_outsmart(house: House, admin: Person) -> None:
    framed, unframed = house.pair(admin), house.pair(admin)
    admin.call("PATCH", f"/api/devices/{framed.id}", {"tags": ["frame:1234567890", "lobby"]})
    title = 'Sale, "now"\n=today'
    content = house.do(admin.organization_id, lambda unit: add_picture(unit, title))
    played(
        house, admin,
        play_row(0, device_id=framed.id, content_id=content, duration_ms=9876),
        play_row(0, device_id=unframed.id),
    )  # fmt: skip

    path = f"/api/analytics/plays/outsmart.csv?{ALL}&orderId=O-1&spaceBuyerId=7&spaceBrandId=9"
    text = admin.get(path).text

    assert text.count("\n") == 1
    assert "\r" not in text
    row = next(csv.reader(io.StringIO(text)))
    assert row[:18] == [
        "1234567890", "2026-11-20T09:00:00.000", "Z", "", "", "9876", "", "O-1", "", "7", "", "9", "",
        content, 'Sale, "now" =today', "", "", framed.id,
    ]  # fmt: skip
    assert len(row) == 19
    assert len(row[18]) == 48
    assert admin.get(path).text == text, "a play keeps its reference"


def test_what_the_playout_file_demands_is_asked_for_at_once(admin: Person) -> None:
    answer = admin.get(f"/api/analytics/plays/outsmart.csv?{ALL}&spaceBuyerId=x&lineId={'9' * 37}")

    assert {error["field"] for error in answer.json()["errors"]} == {
        "orderId", "spaceBuyerId", "spaceBrandId", "lineId",
    }  # fmt: skip


def test_the_summary_and_its_sheet(house: House, admin: Person) -> None:
    house.pair(admin)
    played(house, admin, play_row(0), play_row(1, started_at=house.clock.now(), completed=False))

    shown = admin.get("/api/analytics/summary").json()

    assert {name: shown[name] for name in ("plays", "completed", "playedMs", "playsLastDay", "uptime")} == {
        "plays": 2, "completed": 1, "playedMs": 2000, "playsLastDay": 1, "uptime": None,
    }  # fmt: skip
    assert shown["screens"]["total"] == 1
    figures = dict(sheet(admin.get("/api/analytics/summary.csv"))[1:])
    assert (figures["screens.total"], figures["plays"]) == ("1", "2")


@pytest.mark.parametrize(
    "path", ["plays.csv", "plays/proof.csv", "uptime.csv", "plays/outsmart.csv?orderId=1&spaceBuyerId=1&spaceBrandId=1"]
)
def test_nobody_exports_what_is_someone_elses(house: House, admin: Person, path: str) -> None:
    other = house.register("Other")
    screen = house.pair(other, nickname="Secret")
    other.call("PATCH", f"/api/devices/{screen.id}", {"tags": ["frame:1"]})
    played(house, other, play_row(0, device_id=screen.id))

    divider = "&" if "?" in path else "?"
    answer = admin.get(f"/api/analytics/{path}{divider}deviceId={screen.id}&{ALL}")

    assert answer.status_code == 200
    assert screen.id not in answer.text
    assert "Secret" not in answer.text
