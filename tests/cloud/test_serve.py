import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from websockets.sync.client import connect

from tests.cloud import serving
from tests.cloud.house import public_key, registration
from tests.cloud.serving import Serving, command, run
from tests.free_port import free_port

ID = "8f3c1c1e-0000-4000-8000-000000000001"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Serving]:
    running = serving.start(tmp_path / "data")
    yield running
    if running.process.poll() is None:
        running.stop()


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        ended = run(command(tmp_path / "data", port))

    assert ended.returncode == 1
    assert ended.stderr == (
        f"vizora cloud: port {port} on 127.0.0.1 is taken by another program: "
        "stop it, or choose another one with --port\n"
    )


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run(command(tmp_path / "file" / "data", free_port()))

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / "file" / "data") in ended.stderr


def test_a_wrong_setting_stops_the_start(tmp_path: Path) -> None:
    ended = run(command(tmp_path / "data", free_port()), JWT_EXPIRES_IN="a week", VIZORA_PUBLIC_URL="here")

    assert ended.returncode == 2
    assert "JWT_EXPIRES_IN" in ended.stderr
    assert "VIZORA_PUBLIC_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [["--port", "http"], ["--nonsense"]])
def test_wrong_use_is_status_2(tmp_path: Path, arguments: list[str]) -> None:
    assert run(command(tmp_path / "data", 1, *arguments)).returncode == 2


def test_two_clouds_do_not_share_a_data_folder(cloud: Serving, tmp_path: Path) -> None:
    ended = run(command(tmp_path / "data", free_port()))

    assert ended.returncode == 1
    assert "used by another vizora cloud" in ended.stderr


def test_asked_to_end_it_ends_even_while_a_screen_waits_and_a_line_is_open(cloud: Serving) -> None:
    token, _ = paired(cloud)
    waiting = ask_to_pair(cloud)
    poll = threading.Thread(target=hold_poll, args=(cloud, waiting["deviceCode"]))
    with connect(f"ws://127.0.0.1:{cloud.port}/realtime/device", additional_headers=bearer(token)) as line:
        line.recv()
        poll.start()
        status, errors = cloud.stop()
    poll.join()

    assert status == 0
    assert "Traceback" not in errors


def test_a_real_line_gets_its_answer_and_its_nudge(cloud: Serving) -> None:
    token, admin = paired(cloud)
    with connect(f"ws://127.0.0.1:{cloud.port}/realtime/device", additional_headers=bearer(token)) as line:
        greeting = json.loads(line.recv(timeout=30))
        line.send(json.dumps({"type": "heartbeat", "data": {"metrics": {}, "manifestVersion": 1}, "id": "7"}))
        answer = json.loads(line.recv(timeout=30))

    assert greeting["type"] == "manifest:changed"
    assert answer["data"]["nextHeartbeatIn"] == 15_000
    assert admin["expiresIn"] == 604_800


def test_nothing_acknowledged_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    data, acknowledged, sent = tmp_path / "data", set[int](), 0
    running = serving.start(data)
    token, admin = paired(running)
    for _ in range(3):
        reporting = [
            threading.Thread(target=report, args=(running, token, sent + lane * 1000, acknowledged))
            for lane in range(3)
        ]
        for thread in reporting:
            thread.start()
        while len(acknowledged) < sent / 1000 * 10 + 30:
            assert running.process.poll() is None
        running.kill()
        for thread in reporting:
            thread.join()
        sent += 3000
        running = serving.start(data)
    counted = requests.get(
        f"{running.url}/api/analytics/plays?groupBy=device&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z",
        headers=bearer(admin["token"]),
        timeout=30,
    ).json()["items"][0]
    again = [play(n) for n in sorted(acknowledged)][:500]
    repeated = requests.post(
        f"{running.url}/api/device/plays", json={"events": again}, headers=bearer(token), timeout=30
    )
    after = requests.get(
        f"{running.url}/api/analytics/plays?groupBy=device&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z",
        headers=bearer(admin["token"]),
        timeout=30,
    ).json()["items"][0]
    running.stop()

    assert counted["plays"] >= len(acknowledged) > 0
    assert repeated.status_code == 200
    assert after["plays"] == counted["plays"]


def report(running: Serving, token: str, first: int, acknowledged: set[int]) -> None:
    """One play after another until the server is gone."""
    for n in range(first, first + 1000):
        try:
            answer = requests.post(
                f"{running.url}/api/device/plays", json={"events": [play(n)]}, headers=bearer(token), timeout=30
            )
        except requests.RequestException:
            return
        if answer.status_code == 200:
            acknowledged.add(n)


def play(n: int) -> dict[str, Any]:
    return {
        "bootId": "b", "n": n, "itemId": ID, "contentId": ID, "playlistId": ID, "scheduleId": None,
        "startedAt": "2026-11-22T08:00:00Z", "durationMs": 1000, "completed": True, "clock": "trusted",
    }  # fmt: skip


def paired(running: Serving) -> tuple[str, Any]:
    """A device token, and what the admin got for registering."""
    admin = requests.post(f"{running.url}/api/auth/register", json=registration(), timeout=30).json()
    started = ask_to_pair(running)
    fragment = dict(parse_qsl(urlsplit(started["verificationUriComplete"]).fragment))
    requests.post(
        f"{running.url}/api/devices/pair", json=fragment, headers=bearer(admin["token"]), timeout=30
    ).raise_for_status()
    answer = requests.post(f"{running.url}/api/pairing/token", json={"deviceCode": started["deviceCode"]}, timeout=30)
    return answer.json()["deviceToken"], admin


def ask_to_pair(running: Serving) -> Any:
    body = {"deviceIdentifier": "d", "publicKey": public_key()}
    return requests.post(f"{running.url}/api/pairing", json=body, timeout=30).json()


def hold_poll(running: Serving, device_code: str) -> None:
    try:
        requests.post(f"{running.url}/api/pairing/token", json={"deviceCode": device_code}, timeout=60)
    except requests.RequestException:
        return


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
