"""A card that was copied: the screen says so, its people hear of it, and an admin ends both."""

from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from cloud.analytics.presence_log import note_sightings
from cloud.realtime.sweeping import tell_of_copies
from cloud.screens.copies import alarm
from tests.cloud.house import House, Person, Screen, at_once, public_key

BEAT_S = 15.0


def take_turns(house: House, *lines: Any, rounds: int = 4) -> None:
    for _ in range(rounds):
        for line in lines:
            house.clock.pass_time(BEAT_S / len(lines))
            line.send_json({"type": "heartbeat", "data": {"manifestVersion": 1}})
            while line.receive_json()["type"] != "heartbeat:ack":
                pass
    house.on_loop(lambda: tell_of_copies(house.cloud))


def hear_the_end(line: Any) -> None:
    while True:
        line.receive_json()


def shown(admin: Person, screen: Screen) -> Any:
    return admin.get(f"/api/devices/{screen.id}").json()


def test_two_live_copies_are_told_on_the_screen_to_its_people_and_in_the_log(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with admin.client.websocket_connect("/realtime/organization") as news:
        with (
            screen.client.websocket_connect("/realtime/device") as one,
            screen.client.websocket_connect("/realtime/device") as other,
        ):
            take_turns(house, one, other)
            told = shown(admin, screen)
            listed = admin.get("/api/devices?status=error").json()["items"]
        heard = news.receive_json()
        while heard["type"] != "device:alarm":
            heard = news.receive_json()
    rows = admin.get("/api/audit-logs?action=device.copies-seen").json()["items"]

    assert (told["status"], told["problem"]["code"]) == ("error", "VZ-130")
    assert told["copiesSeenAt"] is not None
    assert [one["id"] for one in listed] == [screen.id]
    assert heard["data"]["deviceId"] == screen.id
    assert [(row["entityId"], row["userId"]) for row in rows] == [(screen.id, None)]


def test_one_screen_that_comes_back_is_not_two(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with screen.client.websocket_connect("/realtime/device") as old:
        take_turns(house, old)
        with screen.client.websocket_connect("/realtime/device") as new:
            take_turns(house, new)
            told = shown(admin, screen)

    assert (told["status"], told["problem"], told["copiesSeenAt"]) == ("online", None, None)


def test_it_is_said_once_however_many_notice(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    said = [house.do(admin.organization_id, lambda unit: alarm(unit, screen.id)) for _ in range(3)]

    assert said == [True, False, False]
    assert len(admin.get("/api/audit-logs?action=device.copies-seen").json()["items"]) == 1


def test_a_screen_that_was_removed_meanwhile_raises_no_alarm(house: House) -> None:
    admin = house.register()
    assert not house.do(admin.organization_id, lambda unit: alarm(unit, "no such screen"))


def test_an_admin_ends_both_and_the_right_one_is_paired_anew_in_its_place(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin, nickname="Window", location="Bern")
    admin.call("PATCH", f"/api/devices/{screen.id}", {"tags": ["store"]})
    house.do(admin.organization_id, lambda unit: alarm(unit, screen.id))
    with screen.client.websocket_connect("/realtime/device") as line:
        revoked = admin.post(f"/api/devices/{screen.id}/revoke")
        with pytest.raises(WebSocketDisconnect) as end:
            hear_the_end(line)
    anew = house.pair(admin, replaceDeviceId=screen.id)
    told = shown(admin, anew)

    assert (revoked.status_code, revoked.json()["copiesSeenAt"]) == (200, None)
    assert end.value.code == 4401
    assert screen.get("/api/device/manifest").status_code == 401
    assert anew.get("/api/device/manifest").status_code == 200
    assert (anew.id, told["nickname"], told["location"], told["tags"]) == (screen.id, "Window", "Bern", ["store"])
    assert (told["status"], told["problem"]) == ("pairing", None)


def test_what_was_heard_before_the_revocation_and_is_written_after_it_says_nothing_of_the_next_device(
    house: House,
) -> None:
    admin = house.register()
    screen = house.pair(admin)
    heard = house.clock.now()
    admin.post(f"/api/devices/{screen.id}/revoke")
    house.do("-", lambda unit: note_sightings(unit, {screen.id: heard}))
    waiting = shown(admin, screen)["status"]
    house.clock.pass_time(1.0)
    anew = house.pair(admin, replaceDeviceId=screen.id)
    house.do("-", lambda unit: note_sightings(unit, {screen.id: heard}))
    paired = shown(admin, anew)["status"]
    house.do("-", lambda unit: note_sightings(unit, {screen.id: unit.now}))

    assert (waiting, paired) == ("pairing", "pairing")
    assert shown(admin, anew)["status"] != "pairing", "what is heard from the new one counts"


def test_a_device_that_keeps_its_key_gets_its_place_back_by_itself(house: House) -> None:
    """Older screens do."""
    admin, key = house.register(), public_key()
    claim = house.fragment_of(house.ask_to_pair(key=key))
    first = admin.post("/api/devices/pair", claim).json()["device"]["id"]
    admin.post(f"/api/devices/{first}/revoke")
    again = admin.post("/api/devices/pair", house.fragment_of(house.ask_to_pair(key=key)))

    assert again.json()["device"]["id"] == first


def test_only_an_admin_ends_it(house: House) -> None:
    admin = house.register()
    screen, manager = house.pair(admin), house.hire(admin, "manager")

    assert manager.post(f"/api/devices/{screen.id}/revoke").json()["code"] == "AUTHZ_001"
    assert screen.get("/api/device/manifest").status_code == 200


def test_many_admins_at_once_end_it_once(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)

    assert set(at_once(*[lambda: admin.post(f"/api/devices/{screen.id}/revoke")] * 6)) == {200}
    assert screen.get("/api/device/manifest").status_code == 401
