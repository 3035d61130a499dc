"""Two real `cloud serve` processes and a `cloud worker` on the same servers are one cloud to everybody."""

import base64
import hashlib
import itertools
import json
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest
import requests
from msgspec import convert
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from cloud.clock import SystemClock
from cloud.realtime.turns import APART_S
from cloud.servers import S3Address
from tests.cloud import serving
from tests.cloud.content.media import still, video
from tests.cloud.content.test_kill import picture as picture_of
from tests.cloud.device.test_plays import play
from tests.cloud.house import public_key, registration
from tests.cloud.operations.command import run as command
from tests.cloud.serving import Serving, Working
from tests.cloud.uploads.sender import Sender
from vizora.manifest.model import Key
from vizora.manifest.trust import accept

PATIENCE_S = 60.0
ALWAYS = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"


@dataclass
class Pair:
    """The same cloud twice; each process has a folder of its own for what nobody needs to share."""

    folder: Path
    environment: dict[str, str]
    first: Serving
    second: Serving
    worker: Working

    def another(self, name: str) -> Serving:
        return serving.start(self.folder / name, None, **self.environment)

    def another_worker(self, name: str) -> Working:
        return serving.start_worker(self.folder / name, **self.environment)


@pytest.fixture
def pair(postgres_database: str, empty_redis: str, s3_address: S3Address, tmp_path: Path) -> Iterator[Pair]:
    environment = {
        "POSTGRES_URL": postgres_database,
        "REDIS_URL": empty_redis,
        "MINIO_ENDPOINT": s3_address.endpoint,
        "MINIO_ACCESS_KEY": s3_address.access_key,
        "MINIO_SECRET_KEY": s3_address.secret_key,
        "MINIO_BUCKET": s3_address.bucket,
        "MINIO_USE_SSL": "false",
        "JWT_SECRET": secrets.token_hex(32),
        "DEVICE_JWT_SECRET": secrets.token_hex(32),
    }
    first, second = (serving.start(tmp_path / name, None, **environment) for name in ("first", "second"))
    worker = serving.start_worker(tmp_path / "worker", **environment)
    both = Pair(tmp_path, environment, first, second, worker)
    yield both
    for running in (both.first, both.second, both.worker):
        if running.process.poll() is None:
            assert running.stop()[0] == 0


def api(to: Serving, token: str | None, method: str, path: str, body: Any = None, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, to.url + path, json=body, headers=headers, timeout=PATIENCE_S, **more)
    answer.raise_for_status()
    return answer


def register(at: Serving) -> str:
    return str(api(at, None, "POST", "/api/auth/register", registration()).json()["token"])


def pair_screen(device_at: Serving, admin_at: Serving, admin: str) -> Any:
    """The screen waits at one process while somebody adds it at the other."""
    body = {"deviceIdentifier": secrets.token_hex(8), "publicKey": public_key()}
    started = api(device_at, None, "POST", "/api/pairing", body).json()
    claim = dict(parse_qsl(urlsplit(started["verificationUriComplete"]).fragment))
    with ThreadPoolExecutor(1) as threads:
        ask = {"deviceCode": started["deviceCode"]}
        waiting = threads.submit(api, device_at, None, "POST", "/api/pairing/token", ask)
        api(admin_at, admin, "POST", "/api/devices/pair", claim)
        return waiting.result().json()


def line(to: Serving, token: str, path: str = "/realtime/device") -> ClientConnection:
    return connect(f"ws://127.0.0.1:{to.port}{path}", additional_headers={"Authorization": f"Bearer {token}"})


def hear(socket: ClientConnection, kind: str, **data: Any) -> Any:
    """The next message of this kind that says this."""
    while True:
        message = json.loads(socket.recv(timeout=PATIENCE_S))
        if message["type"] == kind and message["data"].items() >= data.items():
            return message["data"]


def ready_picture(at: Serving, admin: str) -> Any:
    """Uploaded, and checked by the worker."""
    with line(at, admin, "/realtime/organization") as news:
        sent = api(at, admin, "POST", "/api/content", files={"file": ("a.png", still("PNG"))}).json()
        hear(news, "content:status", id=sent["id"], uploadStatus="ready")
    return sent


def manifest_of(at: Serving, paired: Any) -> Any:
    """As the screen accepts it, with the keys it got when it was paired."""
    answer = api(at, paired["deviceToken"], "GET", "/api/device/manifest")
    return accept(
        answer.content, answer.headers["Vizora-Signature"], keys=convert(paired["manifestKeys"], tuple[Key, ...]),
        device_id=paired["device"]["id"], highest_version=None, now=SystemClock().now(),
        handovers=answer.headers.get("Vizora-Key-Handover", ""),
    ).manifest  # fmt: skip


def test_a_screen_at_one_process_and_its_people_at_the_other(pair: Pair) -> None:
    here, there = pair.first, pair.second
    admin = register(here)
    paired = pair_screen(there, here, admin)
    device, token = paired["device"]["id"], paired["deviceToken"]
    with line(here, admin, "/realtime/organization") as people, line(there, token) as screen:
        hear(people, "device:status", deviceId=device, status="online")
        shown = api(here, admin, "GET", f"/api/devices/{device}").json()
        picture = ready_picture(here, admin)
        file = api(there, admin, "GET", f"/api/content/{picture['id']}/file")
        published = {"contentId": picture["id"], "target": {"all": True}, "durationMs": 3_600_000}
        api(here, admin, "POST", "/api/publish", published)
        while manifest_of(there, paired).overrides == ():
            hear(screen, "manifest:changed")
        asset = api(there, token, "GET", f"/api/device/assets/{picture['sha256']}")
        same = [manifest_of(process, paired) for process in (here, there)]
        api(here, admin, "POST", f"/api/devices/{device}/commands", {"type": "identify"})
        hear(screen, "command", type="identify")
        api(here, admin, "DELETE", f"/api/devices/{device}")
        hear(screen, "revoked")
        with pytest.raises(ConnectionClosed) as closed:
            screen.recv(timeout=PATIENCE_S)

    assert shown["status"] == "online"
    assert file.content == asset.content == still("PNG")
    assert same[0] == same[1]
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_processes_change_over_to_a_new_signing_key_while_they_run(pair: Pair) -> None:
    """The screen asks with the key it was paired with, as one that was away through both changes."""
    paired = pair_screen(pair.first, pair.second, register(pair.first))
    before = [manifest_of(process, paired) for process in (pair.first, pair.second)]
    for _ in range(2):
        done = command("rotate-signing-key", "--now", "--data", pair.folder / "first", variables=pair.environment)
        assert done.returncode == 0, done.stderr

    after = [manifest_of(process, paired) for process in (pair.second, pair.first)]

    assert before[0] == before[1]
    assert after[0] == after[1]
    assert {key.key_id for key in after[0].keys}.isdisjoint(key.key_id for key in before[0].keys)


def test_a_killed_process_takes_nothing_with_it(pair: Pair) -> None:
    here, there = pair.first, pair.second
    admin = register(there)
    paired = pair_screen(there, there, admin)
    device, token = paired["device"]["id"], paired["deviceToken"]
    events = [play(n) for n in range(50)]
    with line(there, token) as screen:
        hear(screen, "manifest:changed")
        before = manifest_of(there, paired)
        api(there, token, "POST", "/api/device/plays", {"events": events})  # the answer may well be lost
        there.kill()
        with pytest.raises(ConnectionClosed):
            screen.recv(timeout=PATIENCE_S)
    with line(here, token) as again:
        hear(again, "manifest:changed", version=before.version)
        api(here, token, "POST", "/api/device/plays", {"events": events[::-1]})
        shown = api(here, admin, "GET", f"/api/devices/{device}").json()
        pair.second = pair.another("third")
        after = manifest_of(pair.second, paired)
        counted = api(pair.second, admin, "GET", f"/api/analytics/plays?groupBy=device&{ALWAYS}").json()["items"]

    assert shown["status"] == "online"
    assert after == before
    assert [item["plays"] for item in counted] == [50]


def test_eight_people_at_two_processes_never_share_the_last_screen(pair: Pair) -> None:
    admin = register(pair.first)
    quota = api(pair.first, admin, "GET", "/api/organization").json()["screenQuota"]
    processes = [pair.first, pair.second] * 4
    claims = []
    for process in processes:
        body = {"deviceIdentifier": secrets.token_hex(8), "publicKey": public_key()}
        started = api(process, None, "POST", "/api/pairing", body).json()
        claims.append(dict(parse_qsl(urlsplit(started["verificationUriComplete"]).fragment)))
    together = threading.Barrier(len(claims))

    def claim(process: Serving, body: Any) -> int:
        together.wait()
        headers = {"Authorization": f"Bearer {admin}"}
        return requests.post(f"{process.url}/api/devices/pair", json=body, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(len(claims)) as threads:
        answers = sorted(threads.map(claim, processes, claims))

    assert answers == [200] * quota + [403] * (len(claims) - quota)


def test_a_process_that_is_asked_to_end_sends_its_screens_to_the_others(pair: Pair) -> None:
    admin = register(pair.first)
    paired = pair_screen(pair.first, pair.first, admin)
    with line(pair.second, paired["deviceToken"]) as screen:
        hear(screen, "manifest:changed")
        ended = threading.Thread(target=pair.second.stop)
        ended.start()
        with pytest.raises(ConnectionClosed) as closed:
            hear(screen, "nothing of the kind")
        ended.join()
    pair.second = pair.another("third")

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert base64.b64decode(paired["manifestKeys"][0]["publicKey"])


def rows_of(pair: Pair, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What PostgreSQL itself says."""
    with psycopg.connect(pair.environment["POSTGRES_URL"], autocommit=True) as server:
        found = server.execute(query, values)
        return found.fetchall() if found.description else []


def kill_in_the_middle_of_a_check(pair: Pair, admin: str) -> str:
    """Uploads until the worker is caught at one; its content's id. The dead worker counts as dead at once."""
    while True:
        content_id = str(
            api(pair.first, admin, "POST", "/api/content", files={"file": ("a.mp4", video())}).json()["id"]
        )
        while not (job := rows_of(pair, "SELECT taken_by FROM jobs WHERE subject = %s", content_id)) or not job[0][0]:
            if not job:
                break
        if job:
            pair.worker.kill()
            if left := rows_of(pair, "SELECT taken_by FROM jobs WHERE subject = %s", content_id):
                rows_of(pair, "UPDATE workers SET seen_at = seen_at - interval '1 minute' WHERE id = %s", left[0][0])
                return content_id
            pair.worker = pair.another_worker("worker")


def test_what_a_killed_worker_was_checking_is_taken_up_by_another_one(pair: Pair) -> None:
    admin = register(pair.first)
    content_id = kill_in_the_middle_of_a_check(pair, admin)
    alone = api(pair.second, None, "GET", "/readyz").json()
    shown = api(pair.second, admin, "GET", f"/api/content/{content_id}").json()
    with line(pair.second, admin, "/realtime/organization") as news:
        pair.worker = pair.another_worker("another worker")
        hear(news, "content:status", id=content_id, uploadStatus="ready")
    together = api(pair.second, None, "GET", "/readyz").json()

    assert shown["uploadStatus"] == "processing"
    assert (alone["ready"], alone["worker"]) == (
        True, "none is at work (jobs waiting: 1): start `vizora cloud worker`",
    )  # fmt: skip
    assert together == {"ready": True, "database": "ok", "files": "ok", "redis": "ok", "worker": "ok"}


def test_two_workers_share_what_two_servers_take_and_each_file_is_checked_once(pair: Pair) -> None:
    admin = register(pair.first)
    another = pair.another_worker("another worker")
    taken: dict[str, str] = {}
    pictures = [still("PNG", (16 + n, 16)) for n in range(12)]
    with line(pair.first, admin, "/realtime/organization") as news:
        for n, picture in enumerate(pictures):
            at = (pair.first, pair.second)[n % 2]
            taken[api(at, admin, "POST", "/api/content", files={"file": ("a.png", picture)}).json()["id"]] = ""
        ready = [hear(news, "content:status")["id"] for _ in pictures]
    status, errors = another.stop()

    assert sorted(ready) == sorted(taken)
    assert rows_of(pair, "SELECT count(*) FROM jobs WHERE subject <> ''") == [(0,)]
    assert (status, "Traceback" in errors) == (0, False)
    assert rows_of(pair, "SELECT kind, count(*) FROM jobs GROUP BY kind ORDER BY kind") == [
        ("content.sweep", 1), ("rollouts", 1), ("tidy", 1), ("uploads.sweep", 1),
    ]  # fmt: skip


def test_an_upload_goes_on_at_the_other_process_after_the_first_one_was_killed(pair: Pair) -> None:
    admin = register(pair.first)
    data = picture_of(1, 3_000_000)
    headers = {"Authorization": f"Bearer {admin}"}
    here = Sender(Client(pair.first.url, headers))
    there = Sender(Client(pair.second.url, headers))
    place = here.place(len(data), filename="harbour.png")
    half = here.append(place, 0, data[:1_500_000])
    pair.first.kill()
    offset = there.offset(place)
    last = there.append(place, offset, data[offset:])
    pair.first = pair.another("third")
    shown = api(pair.first, admin, "GET", f"/api/content/{last.headers['Vizora-Content-Id']}").json()

    assert (half.status_code, offset) == (204, 1_500_000)
    assert shown["originalSha256"] == hashlib.sha256(data).hexdigest()


@dataclass
class Client:
    """`requests` with the shape that Sender wants."""

    url: str
    headers: dict[str, str]

    def request(self, method: str, path: str, *, headers: dict[str, str], content: Any) -> requests.Response:
        return requests.request(
            method, self.url + path, headers=self.headers | headers, data=content, timeout=PATIENCE_S
        )


def test_a_copied_card_is_noticed_though_its_copies_are_at_different_processes(pair: Pair) -> None:
    here, there = pair.first, pair.second
    admin = register(here)
    paired = pair_screen(here, there, admin)
    token, screen = paired["deviceToken"], f"/api/devices/{paired['device']['id']}"
    with line(here, admin, "/realtime/organization") as news, line(here, token) as one, line(there, token) as copy:
        copies = itertools.cycle((one, copy))
        deadline = time.monotonic() + PATIENCE_S
        while not hears_alarm(news, APART_S / 2 + 0.3):  # so each speaks a little more than 5 s after the last time
            assert time.monotonic() < deadline, "nobody noticed"
            next(copies).send('{"type": "heartbeat", "data": {}}')
        told = [api(at, admin, "GET", screen).json()["problem"]["code"] for at in (here, there)]
        api(there, admin, "POST", f"{screen}/revoke")
        for ended in (one, copy):
            with pytest.raises(ConnectionClosed):
                hear(ended, "never")
    rows = api(here, admin, "GET", "/api/audit-logs?action=device.copies-seen").json()["items"]

    assert told == ["VZ-130", "VZ-130"]
    assert len(rows) == 1


def hears_alarm(news: ClientConnection, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            if json.loads(news.recv(timeout=left))["type"] == "device:alarm":
                return True
        except TimeoutError:
            break
    return False
