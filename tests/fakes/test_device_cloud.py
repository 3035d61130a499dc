"""The fake is worth as much as its own tests: asked here by plain requests, not by the code it serves."""

import hashlib
import json
import threading
from collections.abc import Iterator

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.fakes.device_cloud import FakeCloud, fake_cloud, manifest
from tests.fakes.line_faults import Cut, NoRange, Portal, Status, Trickle, WrongBytes, WrongRange

DATA = bytes(range(256)) * 40


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


def get(cloud: FakeCloud, path: str, **headers: str) -> requests.Response:
    headers["Authorization"] = f"Bearer {cloud.token}"
    with requests.Session() as session:
        session.trust_env = False
        return session.get(cloud.url + path, headers=headers, timeout=5)


def test_a_device_it_does_not_know_gets_nothing(cloud: FakeCloud) -> None:
    cloud.token = "another"
    assert get(cloud, "/api/device/manifest").status_code == 404
    headers = {"Authorization": "Bearer device-token-1"}
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(cloud.url + "/api/device/manifest", headers=headers, timeout=5).status_code == 401
    with pytest.raises(InvalidStatus):
        connect(cloud.socket_url, additional_headers=headers, proxy=None)


def test_a_manifest_is_signed_and_has_an_etag(cloud: FakeCloud) -> None:
    cloud.publish(manifest(1, {"a": DATA}))

    answer = get(cloud, "/api/device/manifest")
    again = get(cloud, "/api/device/manifest", **{"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Vizora-Signature"] == cloud.key.sign(answer.content)
    assert (again.status_code, again.content) == (304, b"")


def test_ranges_are_served(cloud: FakeCloud) -> None:
    path = f"/api/device/assets/{cloud.add_asset(DATA)}"

    assert get(cloud, path).content == DATA
    rest = get(cloud, path, Range="bytes=10000-")
    assert (rest.status_code, rest.content) == (206, DATA[10000:])
    assert rest.headers["Content-Range"] == f"bytes 10000-{len(DATA) - 1}/{len(DATA)}"
    assert get(cloud, path, Range="bytes=10-", **{"If-Range": '"other"'}).content == DATA
    assert get(cloud, path, Range=f"bytes={len(DATA)}-").status_code == 416


def test_it_fails_as_told_and_then_no_more(cloud: FakeCloud) -> None:
    path = f"/api/device/assets/{cloud.add_asset(DATA)}"
    cloud.fail(path, Status(500), Portal(), WrongBytes(3), WrongRange(2), NoRange(), Cut(100))

    assert get(cloud, path).status_code == 500
    assert b"Hotel" in get(cloud, path).content
    assert get(cloud, path).content == DATA[:3] + bytes([DATA[3] ^ 1]) + DATA[4:]
    assert get(cloud, path, Range="bytes=5-").headers["Content-Range"].startswith("bytes 7-")
    assert get(cloud, path, Range="bytes=5-").status_code == 200
    with pytest.raises(requests.RequestException):
        get(cloud, path)
    assert hashlib.sha256(get(cloud, path).content).hexdigest() in path


def test_it_can_trickle_for_ever(cloud: FakeCloud) -> None:
    stop = threading.Event()
    cloud.fail("/", Trickle(0.01, stop))

    threading.Timer(0.1, stop.set).start()

    assert get(cloud, "/api/device/manifest").headers["X-Slow"].startswith("aa")


def test_plays_are_counted_once(cloud: FakeCloud) -> None:
    body = json.dumps({"events": [{"bootId": "b", "n": 0}, {"bootId": "b", "n": 1}]})
    for _ in range(2):
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Authorization": f"Bearer {cloud.token}"}
            answer = session.post(cloud.url + "/api/device/plays", data=body, headers=headers, timeout=5)
        assert answer.json() == {"acceptedThrough": 1}

    assert (len(cloud.plays), cloud.plays_received) == (2, 4)


def test_heartbeats_are_answered_with_waiting_commands(cloud: FakeCloud) -> None:
    cloud.queue_command({"id": "c", "type": "identify"})
    with connect(cloud.socket_url, additional_headers={"Authorization": f"Bearer {cloud.token}"}, proxy=None) as socket:
        socket.send('{"type":"heartbeat","data":{"manifestVersion":3},"id":"1"}')
        answer = json.loads(socket.recv(5))
        cloud.publish(manifest(4, {}))
        nudge = json.loads(socket.recv(5))

    assert answer["data"]["commands"] == [{"id": "c", "type": "identify"}]
    assert cloud.heartbeats == [{"manifestVersion": 3}]
    assert nudge == {"type": "manifest:changed", "data": {"version": 4}}
