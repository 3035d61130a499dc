from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cloud.analytics.recording import record
from cloud.db import tables
from tests.cloud.analytics.plays import play_row
from tests.cloud.house import House, Person
from tests.fakes.clock import FakeClock
from vizora.schedule.evaluate import plan
from vizora.schedule.timeline import timeline

WORKDAYS = {"kind": "weekly", "days": [1, 2, 3, 4, 5], "startTime": "08:00", "endTime": "20:00"}


@pytest.fixture
def person(house: House) -> Person:
    return house.register()


@pytest.fixture
def playlist(house: House, person: Person) -> str:
    return house.stock(person, "one", "two")


def schedule(playlist: str | None, **changes: Any) -> dict[str, Any]:
    return {
        "name": "S",
        "playlistId": playlist,
        "target": {"all": True},
        "priority": 5,
        "timezone": "Europe/Berlin",
        "recurrence": WORKDAYS,
    } | changes


def test_a_schedule_is_read_as_it_was_written_with_its_next_runs(person: Person, playlist: str) -> None:
    """The clock stands at Sunday, 22 November 2026."""
    body = schedule(playlist, startsOn="2026-11-01", endsOn="2026-11-26")

    made = person.post("/api/schedules", body)

    shown = person.get(f"/api/schedules/{made.json()['id']}").json()
    assert made.status_code == 201
    assert {name: shown[name] for name in body} == body
    assert shown["nextRuns"] == [f"2026-11-{day}T07:00:00.000Z" for day in (23, 24, 25, 26)]
    assert (shown["lastExecutedAt"], shown["executionCount"]) == (None, 0)


@pytest.mark.parametrize(
    ("recurrence", "runs"),
    [
        ({"kind": "always"}, []),
        ({"kind": "cron", "expression": "0 9 1 1 *", "durationMs": 60_000}, ["2027-01-01T08:00", "2028-01-01T08:00"]),
        ({"kind": "once", "start": "2026-12-24T18:00", "end": "2026-12-24T23:00"}, ["2026-12-24T17:00"]),
        ({"kind": "once", "start": "2025-12-24T18:00", "end": "2025-12-24T23:00"}, []),
        ({"kind": "once", "start": "2199-12-24T18:00", "end": "2199-12-24T23:00"}, ["2199-12-24T17:00"]),
    ],
)
def test_next_runs_are_those_the_screens_will_see(
    person: Person, playlist: str, recurrence: dict[str, Any], runs: list[str]
) -> None:
    shown = person.post("/api/schedules", schedule(playlist, recurrence=recurrence)).json()["nextRuns"]

    assert [start[:16] for start in shown][:2] == runs


def test_the_screens_own_time_zone_is_that_of_a_screen_it_is_for(house: House, person: Person, playlist: str) -> None:
    screen = house.pair(person, timezone="Asia/Tokyo")
    body = schedule(playlist, timezone="device", target={"deviceIds": [screen.id], "tags": []})

    made = person.post("/api/schedules", body).json()

    assert made["nextRuns"][0] == "2026-11-22T23:00:00.000Z"


def test_of_several_screens_the_oldest_says_the_time_zone(
    house: House, person: Person, playlist: str, clock: FakeClock
) -> None:
    def pair(time_zone: str, *tags: str) -> str:
        clock.pass_time(1)
        id_ = house.pair(person, timezone=time_zone).id
        person.call("PATCH", f"/api/devices/{id_}", {"tags": tags})
        return id_

    _, old, new = pair("UTC"), pair("Asia/Tokyo", "north"), pair("America/New_York", "north", "window")

    def first_run(**target: Any) -> str:
        body = schedule(playlist, timezone="device", target=target)
        return str(person.post("/api/schedules", body).json()["nextRuns"][0])[11:16]

    assert first_run(all=True) == "08:00"
    assert first_run(deviceIds=[new, old]) == first_run(tags=["north"]) == "23:00"
    assert first_run(deviceIds=[old], tags=["window"]) == "23:00"
    assert first_run(tags=["window", "none"]) == "13:00"
    assert first_run(tags=["none"]) == "08:00"


@pytest.mark.parametrize(
    ("changes", "code", "fields"),
    [
        (
            {"recurrence": {"kind": "cron", "expression": "61 * * * *", "durationMs": 1}},
            "SCHEDULE_001",
            ["/recurrence/expression"],
        ),
        ({"timezone": "Europe/Berlinn"}, "SCHEDULE_002", ["/timezone"]),
        ({"recurrence": {**WORKDAYS, "days": [0]}}, "VALIDATION_001", ["/recurrence/days"]),
        (
            {"recurrence": {**WORKDAYS, "days": [], "startTime": "25:00", "endTime": "8"}},
            "VALIDATION_001",
            ["/recurrence/days", "/recurrence/startTime", "/recurrence/endTime"],
        ),
        (
            {"recurrence": {"kind": "once", "start": "tomorrow", "end": "2026-12-24T18:00Z"}},
            "VALIDATION_001",
            ["/recurrence/start", "/recurrence/end"],
        ),
        (
            {"recurrence": {"kind": "once", "start": "2026-12-24T18:00", "end": "2026-12-24T17:00"}},
            "VALIDATION_001",
            ["/recurrence/end"],
        ),
        ({"startsOn": "31.12.2026"}, "VALIDATION_001", ["/startsOn"]),
        ({"startsOn": "31.12.2026", "endsOn": "x"}, "VALIDATION_001", ["/startsOn", "/endsOn"]),
        ({"startsOn": "2026-12-02", "endsOn": "2026-12-01"}, "VALIDATION_001", ["/endsOn"]),
        ({"priority": 1001}, "VALIDATION_001", ["/priority"]),
        ({"target": {}}, "VALIDATION_001", ["/target"]),
        ({"target": {"deviceIds": ["nobody"]}}, "VALIDATION_001", ["/target/deviceIds/0"]),
        ({"layoutId": "x"}, "VALIDATION_001", ["/playlistId", "/layoutId"]),
        (
            {
                "playlistId": "x",
                "timezone": "Mars/Olympus",
                "recurrence": {"kind": "cron", "expression": "nope", "durationMs": 1},
                "target": {"tags": []},
            },
            "SCHEDULE_001",
            ["/recurrence/expression", "/timezone", "/playlistId", "/target"],
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_code(
    person: Person, playlist: str, changes: dict[str, Any], code: str, fields: list[str]
) -> None:
    answer = person.post("/api/schedules", schedule(playlist, **changes))

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_a_wrong_time_zone_is_answered_with_a_right_one(person: Person, playlist: str) -> None:
    answer = person.post("/api/schedules", schedule(playlist, timezone="Europe/Berlinn"))

    assert "Europe/Berlin" in answer.json()["detail"]


def test_a_change_is_checked_as_a_whole(person: Person, playlist: str) -> None:
    made = person.post("/api/schedules", schedule(playlist, endsOn="2026-12-01")).json()
    path = f"/api/schedules/{made['id']}"

    wrong = person.call("PATCH", path, {"startsOn": "2026-12-02"})
    right = person.call("PATCH", path, {"endsOn": None, "priority": -3})

    assert wrong.json()["errors"][0]["field"] == "/endsOn"
    assert (right.json()["endsOn"], right.json()["priority"], right.json()["name"]) == (None, -3, "S")


def test_executions_are_counted_from_what_screens_played(house: House, person: Person, playlist: str) -> None:
    made = person.post("/api/schedules", schedule(playlist)).json()
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def played(unit: Any) -> None:
        about = {"schedule_id": made["id"], "playlist_id": playlist}
        record(unit, [play_row(n, started_at=at + timedelta(minutes=n), **about) for n in range(3)], outbox=False)

    house.do(person.organization_id, played)

    shown = person.get(f"/api/schedules/{made['id']}").json()
    assert (shown["lastExecutedAt"], shown["executionCount"]) == ("2026-11-20T09:02:00.000Z", 3)


def test_a_deleted_schedule_leaves_the_screens(house: House, person: Person, playlist: str) -> None:
    made = person.post("/api/schedules", schedule(playlist)).json()
    screen = house.pair(person)
    assert len(screen.manifest().schedules) == 1

    person.call("DELETE", f"/api/schedules/{made['id']}")

    assert screen.manifest().schedules == ()


# --- preview
SPAN = {"from": "2026-11-23T00:00:00Z", "to": "2026-11-25T00:00:00Z"}


def test_the_preview_of_a_screen_is_what_the_screen_itself_will_find(
    house: House, person: Person, playlist: str
) -> None:
    screen = house.pair(person, timezone="Europe/Berlin")
    house.schedule(person, playlist)
    person.post("/api/schedules", schedule(house.stock(person, "three")))

    answer = person.post("/api/schedules/preview", {"deviceId": screen.id, **SPAN})

    start, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    assert answer.status_code == 200
    assert answer.json()["digest"] == timeline(plan(screen.manifest()), start, end).digest
    assert [segment["from"] for segment in answer.json()["segments"]] == [
        "2026-11-23T00:00:00Z",
        "2026-11-23T07:00:00Z",
        "2026-11-23T19:00:00Z",
        "2026-11-24T07:00:00Z",
        "2026-11-24T19:00:00Z",
    ]


def test_a_draft_is_tried_out_beside_what_is_there_and_nothing_is_stored(
    house: House, person: Person, playlist: str
) -> None:
    screen = house.pair(person)
    house.schedule(person, playlist)

    answer = person.post("/api/schedules/preview", {"schedule": schedule(house.stock(person, "three")), **SPAN})

    assert answer.json()["deviceId"] == screen.id
    assert answer.json()["draftId"] in {segment["source"]["id"] for segment in answer.json()["segments"]}
    assert len(person.get("/api/schedules").json()["items"]) == 1


def test_a_draft_as_strong_as_others_gives_way_as_it_will_when_saved(house: House, person: Person) -> None:
    """Each of ten is tried out beside those there are, then saved: ids that don't grow betray one in two of them."""
    screen = house.pair(person)
    for number in range(10):
        house.clock.pass_time(1)
        draft = schedule(house.stock(person, f"picture {number}"))
        foreseen = person.post("/api/schedules/preview", {"schedule": draft, "deviceId": screen.id, **SPAN}).json()
        saved = person.post("/api/schedules", draft).json()["id"]
        real = person.post("/api/schedules/preview", {"deviceId": screen.id, **SPAN}).json()

        assert _winners(foreseen, {foreseen["draftId"]: "it"}) == _winners(real, {saved: "it"})
        assert len([one for one in real["conflicts"] if one["kind"] == "tie"]) == number


@pytest.mark.parametrize(("earlier", "wins"), [("00000000", False), ("ffffffff", True)])
def test_so_it_does_beside_one_whose_id_is_from_before_ids_grew(
    house: House, person: Person, playlist: str, earlier: str, wins: bool
) -> None:
    screen, old = house.pair(person), f"{earlier}-0000-4000-8000-000000000000"
    made = person.post("/api/schedules", schedule(playlist)).json()["id"]
    of_it = tables.schedules.c.id == made
    house.do(
        person.organization_id,
        lambda unit: unit.connection.execute(unit.update(tables.schedules).where(of_it).values(id=old)),
    )

    draft = schedule(playlist)
    foreseen = person.post("/api/schedules/preview", {"schedule": draft, "deviceId": screen.id, **SPAN}).json()

    assert (foreseen["conflicts"][0]["winnerId"] == foreseen["draftId"]) is wins
    assert {foreseen["conflicts"][0][key] for key in ("winnerId", "loserId")} == {foreseen["draftId"], old}


def _winners(preview: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    winners = [(segment["from"], segment["source"].get("id", "")) for segment in preview["segments"]]
    return [(start, names.get(id_, id_)) for start, id_ in winners]


def test_a_draft_is_tried_out_before_there_is_any_screen(person: Person, playlist: str) -> None:
    answer = person.post("/api/schedules/preview", {"schedule": schedule(playlist), **SPAN})

    assert answer.json()["deviceId"] is None
    assert len(answer.json()["segments"]) == 5


def test_a_new_version_of_a_schedule_is_tried_out_in_place_of_the_old(person: Person, playlist: str) -> None:
    made = person.post("/api/schedules", schedule(playlist)).json()["id"]
    draft = schedule(playlist, recurrence={"kind": "always"})

    answer = person.post("/api/schedules/preview", {"schedule": draft, "scheduleId": made, **SPAN})

    assert [segment["source"]["id"] for segment in answer.json()["segments"]] == [made]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (SPAN, ["/deviceId"]),
        ({"deviceId": "x", "from": SPAN["to"], "to": SPAN["from"]}, ["/to"]),
        ({"deviceId": "x", "from": SPAN["from"], "to": "2027-11-23T00:00:00Z"}, ["/to"]),
        ({"deviceId": "x", "from": "2026-11-23T00:00:00", "to": "soon"}, ["/from", "/to"]),
        ({"schedule": schedule("x", timezone="Nowhere"), **SPAN}, ["/schedule/timezone", "/schedule/playlistId"]),
    ],
)
def test_a_wrong_preview_is_named(person: Person, body: dict[str, Any], fields: list[str]) -> None:
    answer = person.post("/api/schedules/preview", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == fields


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's"])
def test_a_new_version_of_a_schedule_that_is_not_there_is_not_tried_out(
    house: House, person: Person, playlist: str, whose: str
) -> None:
    rival = house.register("Rival")
    theirs = rival.post("/api/schedules", schedule(house.stock(rival, "one"))).json()["id"]
    missing = theirs if whose == "somebody else's" else str(uuid4())

    answer = person.post("/api/schedules/preview", {"schedule": schedule(playlist), "scheduleId": missing, **SPAN})

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND_001")


def test_someone_else_s_screen_is_not_there(house: House, person: Person) -> None:
    theirs = house.pair(house.register("Rival"))

    assert person.post("/api/schedules/preview", {"deviceId": theirs.id, **SPAN}).status_code == 404
