import random
import threading
from typing import Any

import pytest
from sqlalchemy import Column, Table, func, select

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.db.upsert import insert_new
from cloud.device.plays import MOST_MS
from tests.cloud.house import House, Screen, add_picture

ID = "8f3c1c1e-0000-4000-8000-000000000001"


def play(n: int, boot: str = "boot-1", **changes: Any) -> dict[str, Any]:
    return {
        "bootId": boot,
        "n": n,
        "itemId": ID,
        "contentId": ID,
        "playlistId": ID,
        "scheduleId": None,
        "startedAt": "2026-11-22T08:00:00Z",
        "durationMs": 1000 + n,
        "completed": True,
        "clock": "trusted",
    } | changes


def counted(house: House) -> tuple[int, int]:
    def work(unit: Unit) -> tuple[int, int]:
        row = unit.connection.execute(
            select(func.count(), func.coalesce(func.sum(tables.plays.c.duration_ms), 0)).select_from(tables.plays)
        ).one()
        return row[0], row[1]

    return house.do("x", work)


def test_a_play_is_counted_once_however_reports_are_cut_ordered_and_repeated(house: House) -> None:
    screen = house.pair(house.register())
    events = [play(n, boot) for boot in ("boot-1", "boot-2") for n in range(60)]
    dice = random.Random(7)
    reports = [dice.sample(events, dice.randint(1, 30)) for _ in range(25)] + [events[:70], events[50:]]

    for report in reports:
        answer = screen.post("/api/device/plays", {"events": report})
        assert answer.json() == {"acceptedThrough": max(event["n"] for event in report)}

    assert counted(house) == (120, sum(event["durationMs"] for event in events))


def test_a_play_is_counted_once_when_it_is_reported_in_parallel(house: House) -> None:
    screen = house.pair(house.register())
    events = [play(n) for n in range(40)]

    together([lambda: screen.post("/api/device/plays", {"events": events}) for _ in range(6)])

    assert counted(house)[0] == 40


@pytest.mark.parametrize(("unique", "expected"), [(True, 3), (False, 6)], ids=["with its key", "twin without a key"])
def test_it_is_the_key_that_keeps_the_count_right(house: House, unique: bool, expected: int) -> None:
    """The broken twin: the same table without its primary key counts a repeated report twice."""

    def work(unit: Unit) -> int:
        twin = Table(
            f"plays_{unique}",
            tables.metadata.__class__(),
            *(
                Column(column.name, column.type, primary_key=unique and column.primary_key)
                for column in tables.plays.columns
            ),
        )
        twin.create(unit.connection)
        rows = [
            {
                "device_id": "d", "boot_id": "b", "n": n, "item_id": ID, "content_id": ID, "playlist_id": ID,
                "schedule_id": None, "started_at": unit.now, "duration_ms": 1, "completed": True, "clock": "trusted",
                "received_at": unit.now,
            }
            for n in range(3)
        ]  # fmt: skip
        insert_new(unit, twin, rows)
        insert_new(unit, twin, rows)
        return unit.connection.scalar(select(func.count()).select_from(twin)) or 0

    assert house.do("org", work) == expected


def test_two_screens_with_the_same_boot_id_are_two(house: House) -> None:
    admin = house.register()
    for screen in (house.pair(admin), house.pair(admin)):
        screen.post("/api/device/plays", {"events": [play(0)]})

    assert counted(house)[0] == 2


def test_every_wrong_field_of_a_report_is_named_and_nothing_of_it_is_stored(house: House) -> None:
    screen = house.pair(house.register())

    answer = screen.post(
        "/api/device/plays", {"events": [play(0), {**play(1), "n": "1"}, play(2, clock="maybe", startedAt="now")]}
    )

    assert [error["field"] for error in answer.json()["errors"]] == [
        "/events/1/n",
        "/events/2/startedAt",
        "/events/2/clock",
    ]
    assert counted(house)[0] == 0


def test_the_plays_are_grouped_for_the_people_of_the_organization_only(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    content_id = house.do(admin.organization_id, lambda unit: add_picture(unit, "Poster"))
    report(house.pair(admin), play(0, contentId=content_id), play(1, contentId=content_id), play(2))

    items = admin.get("/api/analytics/plays?groupBy=content").json()["items"]

    assert [(item["name"], item["plays"]) for item in items] == [("Poster", 2), (None, 1)]
    assert admin.get("/api/analytics/summary").json()["playsLastDay"] == 3
    assert other.get("/api/analytics/plays").json()["items"] == []


def test_a_play_without_a_schedule_shows_that_a_publication_is_on_the_glass(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    playlist = house.stock(admin, "one")
    published = admin.post("/api/publish", {"target": {"all": True}, "playlistId": playlist}).json()
    screen.manifest()

    report(screen, play(0, playlistId=playlist, startedAt="2026-11-22T09:00:01Z"))

    progress = admin.get(f"/api/publish/{published['id']}/screens").json()["items"][0]
    assert progress["onGlassAt"] == "2026-11-22T09:00:01.000Z"


def report(screen: Screen, *events: dict[str, Any]) -> None:
    assert screen.post("/api/device/plays", {"events": list(events)}).status_code == 200


def together(calls: list[Any]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_screen_s_lengths_never_take_its_organization_s_figures_away(house: House) -> None:
    """SQLite adds up to 2^63 and then refuses: a thousand plays of 2^53 ms each were the end of all figures."""
    admin = house.register()
    screen = house.pair(admin)
    hostile = [play(n, durationMs=2**53 - 1) for n in range(500)]

    refused = screen.post("/api/device/plays", {"events": hostile})
    taken = screen.post("/api/device/plays", {"events": [play(n, durationMs=MOST_MS) for n in range(500)]})

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert admin.get("/api/analytics/summary").json()["playedMs"] == 500 * MOST_MS
    assert MOST_MS * 10_000_000 < 2**63


def test_lengths_without_that_limit_do(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    screen.post("/api/device/plays", {"events": [play(n) for n in range(2)]})
    house.do(admin.organization_id, lambda unit: unit.connection.execute(
        unit.update(tables.play_hours).values(duration_ms=2**62)))  # fmt: skip
    screen.post("/api/device/plays", {"events": [play(n, contentId="another") for n in range(2, 4)]})
    house.do(admin.organization_id, lambda unit: unit.connection.execute(
        unit.update(tables.play_hours).values(duration_ms=2**62)))  # fmt: skip

    figures = admin.get("/api/analytics/summary")

    assert figures.status_code == 503 or not house.cloud.config.embedded
