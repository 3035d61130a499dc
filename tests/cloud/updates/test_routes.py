"""From an operator's file to what screens are offered, and back to what became of it."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cloud.operations import releases
from cloud.operations.releases import Bundle
from cloud.updates import rollout, rows
from cloud.updates.bundles import Bundles
from cloud.updates.offering import Channel
from tests.cloud.house import House, Person, Screen
from vizora.errors import OperatorError

BYTES = b"a whole system" * 1000
SHA256 = hashlib.sha256(BYTES).hexdigest()
OFFER = {"version": "1.2", "sha256": SHA256, "size": len(BYTES)}
UPDATE = "/api/device/update"
FILE = f"/api/device/updates/{SHA256}"
NIGHT_S = timedelta(hours=17).total_seconds()
"""From the test clock's nine in the morning to two at night."""
Add = Callable[..., str]


@pytest.fixture
def add(house: House, tmp_path: Path) -> Add:
    def run(version: str = "1.2", *, data: bytes = BYTES, board: str = "rpi", channel: Channel = Channel.STABLE) -> str:
        file = tmp_path / "update.raucb"
        file.write_bytes(data)
        bundle = Bundle(file, version, board, channel)
        return releases.add(house.cloud.database, storage(house), house.clock, bundle, tmp_path)

    return run


def storage(house: House) -> Any:
    return house.cloud.part(Bundles).storage


def judge(house: House) -> None:
    """What the periodic job does."""
    house.do("-", rows.judge_all)


def roll_out(house: House, days: int = 3) -> None:
    for _ in range(days):
        house.clock.pass_time(timedelta(days=1).total_seconds())
        judge(house)


def tell(house: House, screen: Screen, version: str = "1.0", **more: Any) -> None:
    """A heartbeat over a new line."""
    said = {"board": "rpi", "version": version, "slot": "A", "state": "confirmed", **more}
    with screen.client.websocket_connect("/realtime/device") as socket:
        socket.send_json({"type": "heartbeat", "data": {"metrics": {}, "update": said}})
        while socket.receive_json()["type"] != "heartbeat:ack":
            pass
    house.flush_seen()


def attempt(house: House, screen: Screen, outcome: str, running: str = "1.0") -> None:
    tell(house, screen, running, attempt={"version": "1.2", "outcome": outcome, "why": "so it is"})


def offer(screen: Screen, query: str = "") -> Any:
    answer = screen.get(UPDATE + query)
    return answer.json() if answer.status_code == 200 else answer.status_code


def at_night(house: House, person: Person, add: Add, screens: int = 1) -> list[Screen]:
    """Screens to which 1.2 is offered just now."""
    paired = [house.pair(person) for _ in range(screens)]
    add()
    roll_out(house)
    house.clock.pass_time(NIGHT_S)
    for screen in paired:
        tell(house, screen)
        assert offer(screen) == OFFER
    return paired


def test_a_release_comes_to_a_screen_in_its_turn_and_its_window(house: House, add: Add) -> None:
    person = house.register()
    screen = house.pair(person)
    add()

    assert offer(screen) == 204, "it has not said what it is"
    tell(house, screen)
    assert offer(screen) == 204
    roll_out(house)
    assert offer(screen) == 204, "it is nine in the morning"
    assert offer(screen, "?asked=true") == OFFER
    house.clock.pass_time(NIGHT_S)
    assert offer(screen) == OFFER


def test_the_window_is_in_the_screens_own_time_and_can_be_set(house: House, add: Add) -> None:
    person = house.register()
    (screen,) = at_night(house, person, add)

    tokyo = person.call("PATCH", f"/api/devices/{screen.id}", {"timezone": "Asia/Tokyo"})
    assert (tokyo.status_code, offer(screen)) == (200, 204)

    window = {"start": "11:00", "end": "11:30"}
    assert person.call("PATCH", "/api/organization", {"updateWindow": window}).json()["updateWindow"] == window
    assert offer(screen) == OFFER


@pytest.mark.parametrize("time", ["24:00", "2", "", "02:00:00"])
def test_a_window_of_no_times_is_refused(house: House, time: str) -> None:
    person = house.register()

    answer = person.call("PATCH", "/api/organization", {"updateWindow": {"start": time, "end": "05:00"}})

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["/updateWindow/start"]


def test_an_organization_chooses_a_channel_and_a_screen_another_one(house: House, add: Add) -> None:
    person = house.register()
    (screen,) = at_night(house, person, add)

    assert person.call("PATCH", "/api/organization", {"updateChannel": "off"}).json()["updateChannel"] == "off"
    assert offer(screen) == 204
    one = person.call("PATCH", f"/api/devices/{screen.id}", {"updateChannel": "beta"})
    assert one.json()["updateChannel"] == "beta"
    assert offer(screen) == OFFER
    person.call("PATCH", f"/api/devices/{screen.id}", {"updateChannel": None})
    assert offer(screen) == 204


def test_the_bytes_come_whole_and_in_ranges_to_screens_of_the_board(house: House, add: Add) -> None:
    person = house.register()
    (screen,) = at_night(house, person, add)
    stranger = house.pair(person)
    tell(house, stranger, board="x86-64")

    assert screen.get(FILE).content == BYTES
    part = screen.get(FILE, Range="bytes=100-", **{"If-Range": f'"{SHA256}"'})
    assert (part.status_code, part.content) == (206, BYTES[100:])
    assert stranger.get(FILE).status_code == 404
    assert screen.get(f"/api/device/updates/{'b' * 64}").status_code == 404


def test_a_screen_that_took_it_is_seen_to_run_it(house: House, add: Add) -> None:
    person = house.register()
    (screen,) = at_night(house, person, add)
    path = f"/api/devices/{screen.id}/update"

    attempt(house, screen, "taken")
    assert person.get(path).json()["last"]["outcome"] == "taken"
    attempt(house, screen, "works", running="1.2")

    seen = person.get(path).json()
    assert {name: seen[name] for name in ("board", "version", "slot", "state", "channel", "why", "newest")} == {
        "board": "rpi", "version": "1.2", "slot": "A", "state": "confirmed", "channel": "stable", "why": "newest",
        "newest": None,
    }  # fmt: skip
    assert (seen["last"]["version"], seen["last"]["outcome"]) == ("1.2", "works")
    assert person.get(f"/api/devices/{screen.id}").json()["softwareVersion"] == "1.2"


def test_a_rollout_halts_by_itself_when_screens_fall_back(house: House, add: Add) -> None:
    person = house.register()
    first, second, third = at_night(house, person, add, screens=3)

    attempt(house, first, "fell-back")
    assert (offer(first), offer(third)) == (204, OFFER)
    attempt(house, second, "fell-back")

    assert (offer(third), offer(third, "?asked=true"), third.get(FILE).status_code) == (204, 204, 404)
    seen = person.get(f"/api/devices/{third.id}/update").json()
    assert (seen["why"], seen["newest"]) == ("halted", "1.2")
    assert told(house)[0].why == "of 2 screens that took it: 2 fell back"
    assert "vizora_rollouts_halted 1\n" in house.client.get("/metrics").text


def test_without_the_judge_nothing_would_halt(house: House, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(rollout, "TOLERATED", 99)
    first, second, third = at_night(house, house.register(), add, screens=3)

    attempt(house, first, "fell-back")
    attempt(house, second, "fell-back")

    assert offer(third) == OFFER


def test_screens_of_other_organizations_halt_it_too_and_nothing_else_is_told_of_them(house: House, add: Add) -> None:
    acme, rival = house.register("Acme"), house.register("Rival")
    ours = at_night(house, acme, add, screens=2)
    theirs = house.pair(rival)
    tell(house, theirs)

    for screen in ours:
        attempt(house, screen, "refused")

    assert offer(theirs, "?asked=true") == 204
    assert rival.get(f"/api/devices/{theirs.id}/update").json()["last"] is None


def test_screens_that_took_it_and_fell_silent_halt_it(house: House, add: Add) -> None:
    first, second, third = at_night(house, house.register(), add, screens=3)
    for screen in (first, second):
        attempt(house, screen, "taken")
    judge(house)
    assert offer(third) == OFFER

    house.clock.pass_time(rollout.SILENT_AFTER.total_seconds())
    judge(house)

    assert offer(third) == 204
    assert told(house)[0].why == "of 2 screens that took it: 2 took it and fell silent"


def test_one_whose_power_went_meanwhile_may_try_again(house: House, add: Add) -> None:
    (screen,) = at_night(house, house.register(), add)
    attempt(house, screen, "taken")

    attempt(house, screen, "cut-off")

    assert offer(screen) == OFFER
    assert told(house)[0].took == 0


def test_an_operator_lets_a_halted_one_go_on_where_it_was(house: House, add: Add) -> None:
    first, second, third = at_night(house, house.register(), add, screens=3)
    for screen in (first, second):
        attempt(house, screen, "fell-back")
    house.clock.pass_time(60)

    releases.resume(house.cloud.database, house.clock, "1.2", "rpi")

    assert (offer(first), offer(third)) == (204, OFFER), "what did not work is not tried again"
    judge(house)
    assert (told(house)[0].state, told(house)[0].trouble) == ("out", 0)
    with pytest.raises(OperatorError, match="not halted"):
        releases.resume(house.cloud.database, house.clock, "1.2", "rpi")


def test_a_withdrawn_release_is_offered_no_more_and_its_bytes_are_gone(house: House, add: Add) -> None:
    (screen,) = at_night(house, house.register(), add)

    releases.withdraw(house.cloud.database, storage(house), house.clock, "1.2", "rpi")

    assert (offer(screen), screen.get(FILE).status_code) == (204, 404)
    assert list(storage(house).all()) == []
    assert told(house)[0].state == "withdrawn"


def test_the_same_file_again_begins_anew_and_another_one_needs_another_version(house: House, add: Add) -> None:
    add(channel=Channel.BETA)
    roll_out(house)
    assert (told(house)[0].channel, told(house)[0].percent) == ("beta", 100)

    add(channel=Channel.STABLE)

    assert [(one.channel, one.percent, one.is_stored) for one in told(house)] == [("stable", 1, True)]
    with pytest.raises(OperatorError, match="a version of its own"):
        add(data=b"something else")


@pytest.mark.parametrize(("version", "board"), [("newest", "rpi"), ("1.2", "Raspberry Pi"), ("1.2", "../rpi")])
def test_what_could_not_be_compared_or_matched_is_not_taken(add: Add, version: str, board: str) -> None:
    with pytest.raises(OperatorError, match="allowed"):
        add(version, board=board)


@pytest.mark.parametrize(
    "said", [7, "new", {"board": 1}, {"board": "rpi", "attempt": {"version": "1.2", "outcome": "?"}}]
)
def test_nonsense_of_a_screen_is_no_report_and_costs_nothing_else(house: House, add: Add, said: Any) -> None:
    person = house.register()
    screen = house.pair(person)
    add()
    with screen.client.websocket_connect("/realtime/device") as socket:
        socket.send_json({"type": "heartbeat", "data": {"metrics": {"cpu": 3}, "update": said}})
        while socket.receive_json()["type"] != "heartbeat:ack":
            pass
    house.flush_seen()

    assert offer(screen) == 204
    assert person.get(f"/api/devices/{screen.id}/update").json()["why"] == "unknown"
    assert person.get(f"/api/devices/{screen.id}").json()["metrics"] == {"cpu": 3}


def told(house: House) -> list[releases.Told]:
    return house.do("-", lambda unit: releases.every(unit, storage(house)))
