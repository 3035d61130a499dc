import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Told, Unit
from cloud.device.seen import Seen
from cloud.principals import Device
from cloud.realtime.device import take, take_at_once
from cloud.realtime.hub import Line
from tests.cloud.house import House, Person, Screen
from tests.fakes.clock import FakeClock
from vizora.identifiers import DeviceId, OrganizationId


def line(screen: Screen) -> WebSocketTestSession:
    return screen.client.websocket_connect("/realtime/device")


def status(person: Person, screen: Screen) -> str:
    answer: str = person.get(f"/api/devices/{screen.id}").json()["status"]
    return answer


def beat(socket: WebSocketTestSession, **data: Any) -> Any:
    socket.send_json({"type": "heartbeat", "data": {"metrics": {"cpu": 3}, "currentContent": None, **data}})
    return hear(socket, "heartbeat:ack")


def hear(socket: WebSocketTestSession, kind: str) -> Any:
    while (message := socket.receive_json())["type"] != kind:
        pass
    return message["data"]


def turns_of(house: House) -> Iterator[None]:
    """Time for what ends on the loop, and for Redis where there is one."""
    for _ in range(1000):
        house.settle()
        yield
        time.sleep(0.01)


def test_a_screen_is_online_from_its_first_moment_and_offline_when_it_goes(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    before = status(admin, screen)
    with line(screen) as socket:
        greeting = hear(socket, "manifest:changed")
        during = status(admin, screen)
        house.on_loop(house.cloud.part(Seen).flush)

    assert (before, during) == ("pairing", "online")
    assert greeting == {"version": 1}
    assert any(status(admin, screen) == "offline" for _ in turns_of(house))


def test_a_heartbeat_is_answered_with_the_servers_time_and_waiting_commands(house: House, clock: FakeClock) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with line(screen) as socket:
        hear(socket, "manifest:changed")
        plain = beat(socket)
        sent = admin.post(f"/api/devices/{screen.id}/commands", {"type": "identify", "args": {"seconds": 5}})
        command = hear(socket, "command")
        socket.send_json({"type": "command:result", "data": {"commandId": command["commandId"], "ok": True}})
        beat(socket)
        done = admin.get(f"/api/devices/{screen.id}/commands/{command['commandId']}").json()

    assert plain == {"nextHeartbeatIn": 15000, "commands": [], "serverTime": "2026-11-22T09:00:00.000Z"}
    assert sent.json() == {"commandId": command["commandId"]}
    assert (command["type"], command["args"]) == ("identify", {"seconds": 5})
    assert done["status"] == "done"


@pytest.mark.parametrize(("code", "expected"), [("VZ-112", "error"), ("VZ-107", "online")])
def test_a_screen_in_trouble_is_shown_so_unless_its_report_disproves_it(house: House, code: str, expected: str) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with line(screen) as socket:
        hear(socket, "manifest:changed")
        beat(socket, problem={"code": code, "sentence": "…"})
        house.on_loop(house.cloud.part(Seen).flush)

        assert status(admin, screen) == expected


def test_a_command_waits_for_a_screen_that_is_away(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    admin.post(f"/api/devices/{screen.id}/commands", {"type": "sync-now"})

    with line(screen) as socket:
        first = hear(socket, "command")
        second = beat(socket)

    assert first["type"] == "sync-now"
    assert second["commands"] == []


def test_a_command_that_was_brought_and_not_answered_is_brought_again_until_it_expires(
    house: House, clock: FakeClock
) -> None:
    admin = house.register()
    screen = house.pair(admin)
    sent = admin.post(f"/api/devices/{screen.id}/commands", {"type": "identify"}).json()["commandId"]
    with line(screen) as dead:
        first = hear(dead, "command")  # and the screen never got it
    with line(screen) as socket:
        second = hear(socket, "command")
        socket.send_json({"type": "command:result", "data": {"commandId": sent, "ok": True}})
        beat(socket)
    answered = admin.get(f"/api/devices/{screen.id}/commands/{sent}").json()["status"]
    late = admin.post(f"/api/devices/{screen.id}/commands", {"type": "sync-now"}).json()["commandId"]
    clock.pass_time(3601)
    with line(screen) as socket:
        nothing = beat(socket)["commands"]
        expired = admin.get(f"/api/devices/{screen.id}/commands/{late}").json()

    assert first == second
    assert first["commandId"] == sent
    assert answered == "done"
    assert nothing == []
    assert (expired["status"], expired["result"]) == ("failed", {"error": "the screen did not answer in time"})


def test_a_late_end_of_an_old_line_never_takes_the_new_one_away(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    old = line(screen)
    old.__enter__()
    hear(old, "manifest:changed")
    with line(screen) as new:
        hear(new, "manifest:changed")
        old.__exit__(None, None, None)
        beat(new)

        assert status(admin, screen) == "online"


def test_silence_is_seen_within_a_minute(tmp_path: Path, clock: FakeClock) -> None:
    """On the embedded size alone: Redis goes by a clock of its own, and has tests of its own."""
    with House(CloudConfig(data_dir=tmp_path / "var", long_poll_s=0.05), clock) as house:
        admin = house.register()
        screen = house.pair(admin)
        with line(screen) as socket:
            hear(socket, "manifest:changed")
            house.on_loop(house.cloud.part(Seen).flush)
            clock.pass_time(60)

            assert status(admin, screen) == "offline"


def test_every_change_that_touches_a_screen_nudges_it(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with line(screen) as socket:
        first = hear(socket, "manifest:changed")
        playlist = house.stock(admin, "one")
        admin.post("/api/publish", {"target": {"all": True}, "playlistId": playlist})
        second = hear(socket, "manifest:changed")

    assert (first, second) == ({"version": 1}, {"version": 2})


def test_a_screen_that_plays_on_is_not_nudged_by_what_does_not_concern_it(house: House) -> None:
    admin = house.register()
    lobby, bar = house.pair(admin), house.pair(admin)
    playlist = house.stock(admin, "one")
    with line(lobby) as socket:
        hear(socket, "manifest:changed")
        admin.post("/api/publish", {"target": {"deviceIds": [bar.id]}, "playlistId": playlist})
        admin.call("PATCH", f"/api/devices/{lobby.id}", {"volume": 5})

        assert hear(socket, "manifest:changed") == {"version": 2}
    assert len(lobby.manifest().overrides) == 0


def test_a_publication_is_followed_from_the_server_to_the_glass(house: House, clock: FakeClock) -> None:
    admin = house.register()
    screen = house.pair(admin)
    playlist = house.stock(admin, "one")
    with line(screen) as socket:
        hear(socket, "manifest:changed")
        published = admin.post("/api/publish", {"target": {"all": True}, "playlistId": playlist}).json()
        version = hear(socket, "manifest:changed")["version"]
        beat(socket, manifestVersion=version - 1)
        screen.manifest()
        house.flush_seen()
        steps = [progress(admin, published)]
        clock.pass_time(1)
        beat(socket, manifestVersion=version)
        steps.append(progress(admin, published))
        source = {"kind": "override", "id": published["id"]}
        beat(socket, manifestVersion=version, currentContent={"at": "now", "source": source})
        steps.append(progress(admin, published))

    assert steps == [["sentAt"], ["sentAt", "downloadedAt"], ["sentAt", "downloadedAt", "onGlassAt"]]


def progress(person: Person, published: Any) -> list[str]:
    """The steps that are done on the only screen."""
    screen = person.get(f"/api/publish/{published['id']}/screens").json()["items"][0]
    return [step for step in ("sentAt", "downloadedAt", "onGlassAt") if screen[step] is not None]


def test_a_removed_screens_line_is_cut(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    with line(screen) as socket:
        hear(socket, "manifest:changed")
        admin.call("DELETE", f"/api/devices/{screen.id}")
        told = hear(socket, "revoked")
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()

    assert told == {}
    assert end.value.code == 4401


@pytest.mark.parametrize(
    "said", ["not json", '{"type": 7}', '{"type": "heartbeat", "data": {"metrics": 3}}', "x" * 40_000]
)
def test_what_is_no_message_of_ours_ends_the_line(house: House, said: str) -> None:
    screen = house.pair(house.register())
    with line(screen) as socket:
        hear(socket, "manifest:changed")
        socket.send_text(said)
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()

    assert end.value.code == 4400


def test_nobody_listens_without_a_devices_token(house: House) -> None:
    admin = house.register()
    for client in (house.client, admin.client):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/realtime/device"):
            pass


def test_people_hear_of_their_own_screens_only(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    mine, foreign = house.pair(admin), house.pair(other)
    listening = admin.client.websocket_connect("/realtime/organization")
    with listening as people, line(foreign) as far, line(mine) as near:
        hear(far, "manifest:changed")
        hear(near, "manifest:changed")
        beat(far, currentContent={"title": "secret"})
        beat(near, currentContent={"title": "Poster"})
        online = hear(people, "device:status")
        shown = hear(people, "device:now")

    assert online == {"deviceId": mine.id, "status": "online"}
    assert shown == {"deviceId": mine.id, "currentContent": {"title": "Poster"}}


def test_after_messages_were_missed_the_next_heartbeat_brings_what_waits(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)

    def put(unit: Unit) -> None:
        """As by a process whose message was lost."""
        unit.insert(
            tables.commands,
            id=new_id(), device_id=screen.id, type="identify", args={}, state="queued",
            created_at=unit.now, expires_at=unit.now + timedelta(hours=1),
        )  # fmt: skip

    async def missed() -> None:
        house.cloud.relay.send(Told(missed=True))

    with line(screen) as socket:
        hear(socket, "manifest:changed")
        house.do(admin.organization_id, put)
        before = beat(socket)["commands"]
        house.on_loop(missed)
        after = beat(socket)["commands"]
        again = beat(socket)["commands"]

    assert before == again == []
    assert [command["type"] for command in after] == ["identify"]


def test_a_heartbeat_is_answered_at_once_only_when_nobody_has_to_be_asked(house: House) -> None:
    admin = house.register()
    device = Device(DeviceId(house.pair(admin).id), OrganizationId(admin.organization_id), "token")
    silent, cloud = Line(), house.cloud

    def at_once(**data: Any) -> bool:
        said = {"type": "heartbeat", "data": {"manifestVersion": 1, **data}}
        return take_at_once(cloud, device, silent, json.dumps(said).encode())

    async def live() -> dict[str, bool]:
        answers = {"the first of its line": at_once()}
        await take(cloud, device, silent, json.dumps({"type": "heartbeat", "data": {"manifestVersion": 1}}))
        return {
            **answers,
            "as before": at_once(),
            "it shows something else": at_once(currentContent={"title": "Poster"}),
            "of a screen that came further": at_once(manifestVersion=2),
            "of an updated screen": at_once(update={"version": "2"}),
            "no report": at_once(metrics=3),
            "no text for a database": at_once(problem="\0"),
            "no heartbeat": take_at_once(cloud, device, silent, b'{"type": "command:result", "data": {}}'),
            "no id": take_at_once(
                cloud, device, silent, b'{"type": "heartbeat", "id": 5, "data": {"manifestVersion": 1}}'
            ),
            "too long": at_once(metrics={"x": "x" * 17_000}),
            "as before, again": at_once(currentContent={"title": "Poster"}),
            "of a line that is closed": closed(),
        }

    def closed() -> bool:
        silent.close("revoked")
        return at_once(currentContent={"title": "Poster"})

    answers = house.on_loop(live)

    taken = {what for what, at_once in answers.items() if at_once}
    assert taken == {"as before", "it shows something else", "as before, again"}
    assert [message is not None and b"heartbeat:ack" in message for message in silent.waiting()] == [True] * 4 + [False]
