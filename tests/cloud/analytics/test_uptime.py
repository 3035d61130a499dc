from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select, update

from cloud.analytics.presence_log import note_sightings
from cloud.analytics.uptime import silent
from cloud.db import tables
from cloud.db.unit import Unit
from tests.cloud.analytics.plays import AT
from tests.cloud.house import House, Person, Screen

MINUTE = timedelta(minutes=1)


def beat(house: House, *screens: Screen, minutes: float = 1.0, every_s: int = 15) -> None:
    """The screens are heard for so many minutes."""
    for _ in range(int(minutes * 60 / every_s)):
        house.clock.pass_time(every_s)
        house.do("-", lambda unit: note_sightings(unit, {screen.id: unit.now for screen in screens}))


def uptime(person: Person, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = person.get(f"/api/analytics/uptime{query}").json()["items"]
    return items


def test_a_screen_that_was_never_silent_was_always_online(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)

    beat(house, screen, minutes=10)

    item = uptime(admin)[0]
    assert (item["id"], item["uptime"], item["outages"]) == (screen.id, 1.0, 0)
    assert (item["onlineMs"], item["offlineMs"], item["longestOutageMs"]) == (600_000, 0, 0)


def test_silences_are_outages_and_the_one_that_goes_on_is_one_too(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    house.do("-", lambda unit: note_sightings(unit, {screen.id: unit.now}))
    beat(house, screen, minutes=30)
    house.clock.pass_time(20 * 60)
    beat(house, screen, minutes=10)
    house.clock.pass_time(40 * 60)

    item = uptime(admin)[0]

    assert item["outages"] == 2
    assert item["onlineMs"] == (30 + 10) * 60_000 - 15_000
    assert item["longestOutageMs"] == 40 * 60_000
    assert item["onlineMs"] + item["offlineMs"] == 100 * 60_000


def test_a_pause_of_up_to_60_s_is_no_outage(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    house.do("-", lambda unit: note_sightings(unit, {screen.id: unit.now}))

    beat(house, screen, minutes=10, every_s=60)

    assert (uptime(admin)[0]["outages"], uptime(admin)[0]["uptime"]) == (0, 1.0)


def test_screens_that_go_on_come_back_and_begin_may_be_heard_in_the_same_second(house: House) -> None:
    admin = house.register()
    going_on, back, new, cleared = (house.pair(admin) for _ in range(4))
    beat(house, going_on, back, cleared, minutes=3)
    beat(house, going_on, minutes=20)
    forget = update(tables.devices).where(tables.devices.c.id == cleared.id).values(last_seen_at=None)
    house.do("-", lambda unit: unit.connection.execute(forget))

    beat(house, going_on, back, new, cleared, minutes=1)

    begun = select(tables.devices.c.id, tables.devices.c.online_since)
    since = {row["id"]: row["online_since"] for row in house.do("-", lambda unit: unit.rows(begun))}
    stretches = house.do("-", lambda unit: unit.connection.scalars(select(tables.online_stretches.c.device_id)).all())
    last_minute = house.clock.now() - timedelta(seconds=45)
    assert since[going_on.id] == last_minute - 23 * MINUTE
    assert [since[screen.id] for screen in (back, new, cleared)] == [last_minute] * 3
    assert stretches == [back.id]


@pytest.mark.parametrize(("away_s", "statements"), [(15, 1), (61, 3)])
def test_a_second_in_which_all_go_on_is_one_statement(house: House, away_s: int, statements: int) -> None:
    admin = house.register()
    screens = [house.pair(admin) for _ in range(3)]
    beat(house, *screens)
    house.clock.pass_time(away_s)
    asked = list[str]()

    def work(unit: Unit) -> None:
        event.listen(unit.connection, "before_cursor_execute", lambda *about: asked.append(about[2]))
        note_sightings(unit, {screen.id: unit.now for screen in screens})

    house.do("-", work)

    assert len(asked) == statements


def test_the_stretch_asked_for_cuts_what_is_counted(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    start = house.clock.now()
    house.do("-", lambda unit: note_sightings(unit, {screen.id: unit.now}))
    beat(house, screen, minutes=30)
    house.clock.pass_time(30 * 60)
    beat(house, screen, minutes=10)

    def asked(since: int, until: int) -> tuple[int, int]:
        path = f"?from={iso(start + since * MINUTE)}&to={iso(start + until * MINUTE)}"
        item = uptime(admin, path)[0]
        return item["onlineMs"] // 60_000, item["offlineMs"] // 60_000

    assert asked(0, 20) == (20, 0)
    assert asked(20, 50) == (10, 20)
    assert asked(35, 50) == (0, 15)


def test_screens_are_the_own_ones_by_tag_the_worst_first_and_as_csv(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    good, bad = house.pair(admin, nickname="Good"), house.pair(admin, nickname="=Bad")
    house.pair(other)
    admin.call("PATCH", f"/api/devices/{good.id}", {"tags": ["lobby"]})
    beat(house, good, minutes=5)

    assert [item["id"] for item in uptime(admin)] == [bad.id, good.id]
    assert [item["id"] for item in uptime(admin, "?tag=lobby")] == [good.id]
    assert uptime(admin, "?tag=elsewhere") == []
    sheet = admin.get("/api/analytics/uptime.csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert [line.split(",")[1] for line in sheet.text.splitlines()] == ["name", "'=Bad", "Good"]


def test_real_heartbeats_are_written_down(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with screen.client.websocket_connect("/realtime/device") as socket:
        for _ in range(8):
            socket.send_json({"type": "heartbeat", "data": {}})
            while socket.receive_json()["type"] != "heartbeat:ack":
                pass
            house.clock.pass_time(15)
            house.flush_seen()

    assert uptime(admin)[0]["onlineMs"] >= 105_000


@pytest.mark.parametrize("overlapping", [False, True])
def test_silence_is_what_no_stretch_covers(overlapping: bool) -> None:
    """Stretches begin and end at full three minutes, so that no pause between them is too short to count."""
    dice = Random(5)
    for _ in range(200):
        stretches = []
        for _ in range(dice.randint(0, 6)):
            since = 3 * dice.randint(0, 20)
            stretches.append((since, since + 3 * dice.randint(1, 6 if overlapping else 1)))
        covered = {minute for since, until in stretches for minute in range(since, until)}

        gaps = silent([(at(since), at(until)) for since, until in stretches], at(9), at(48))

        quiet = {minute for since, until in gaps for minute in range(to_minute(since), to_minute(until))}
        assert quiet == set(range(9, 48)) - covered


def at(minute: int) -> datetime:
    return AT + minute * MINUTE


def to_minute(instant: datetime) -> int:
    return (instant - AT) // MINUTE


def iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
