"""An upload acknowledged with 201 is never lost; one that was not leaves nothing behind (promise P5)."""

import contextlib
import hashlib
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from cloud.content.storage import OWNER
from tests.cloud.content import media
from tests.cloud.content.running_cloud import RunningCloud

ROUNDS = 8


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningCloud]:
    with RunningCloud(tmp_path / "var") as running:
        yield running


def picture(number: int, size: int) -> bytes:
    """A valid PNG, different for each number, with so many bytes of colour table behind its header."""
    whole = media.still("PNG", (16, 16))
    filler = media.png_chunk(b"prVt", number.to_bytes(4, "big") + os.urandom(size))
    return whole[:33] + filler + whole[33:]


def check_all(running: RunningCloud, acknowledged: dict[str, str]) -> dict[str, int]:
    """The acknowledged uploads that are not there byte for byte, with the status of the answer."""
    lost = {}
    for content_id, sha256 in acknowledged.items():
        file = running.get(f"/api/content/{content_id}/file")
        if file.status_code != 200 or hashlib.sha256(file.content).hexdigest() != sha256:
            lost[content_id] = file.status_code
    return lost


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_upload_that_is_killed_half_way_leaves_nothing(running: RunningCloud, tmp_path: Path) -> None:
    incoming = tmp_path / "var" / "content" / "incoming"
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    data = picture(1, 4_000_000)[:3_000_000]
    with running.connection() as connection:
        connection.sendall(
            f"POST /api/content HTTP/1.1\r\nHost: x\r\nAuthorization: {running.token}\r\n"
            f"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 9000000\r\n\r\n".encode()
            + head
            + data
        )
        while not any(path.stat().st_size > 1_000_000 for path in files_in(incoming)):
            running.get("/healthz")
        running.kill()

    assert len(files_in(incoming)) == 1
    running.start()

    assert running.get("/api/content").json()["items"] == []
    while files_in(incoming):  # the sweep runs just after the start
        running.get("/healthz")
    assert [path.name for path in files_in(tmp_path / "var" / "content" / "files")] == [OWNER]


@pytest.mark.slow
def test_what_was_acknowledged_survives_kills_at_any_moment(running: RunningCloud) -> None:
    """Rounds of: uploads under way from two clients, SIGKILL at a random moment, start, read everything back."""
    chance = random.Random(20261122)
    acknowledged: dict[str, str] = {}
    number = iter(range(1_000_000))

    def send(count: int) -> None:
        with contextlib.suppress(requests.RequestException):
            for _ in range(count):
                data = picture(next(number), chance.choice([1_000, 50_000, 1_500_000]))
                answer = running.upload(data)
                if answer.status_code == 201:
                    acknowledged[answer.json()["id"]] = hashlib.sha256(data).hexdigest()

    for _ in range(ROUNDS):
        clients = [threading.Thread(target=send, args=(6,)) for _ in range(2)]
        for client in clients:
            client.start()
        clients[0].join(chance.uniform(0.0, 0.4))
        while not acknowledged and clients[0].is_alive():  # on a busy machine that may take longer
            clients[0].join(0.01)
        running.kill()
        for client in clients:
            client.join()
        running.start()

        assert check_all(running, acknowledged) == {}
    listed = {item["id"] for item in running.get("/api/content?limit=200").json()["items"]}
    assert acknowledged
    assert listed >= set(acknowledged) or len(listed) == 200
    every = {item["id"]: item["sha256"] for item in running.get("/api/content?limit=200").json()["items"]}
    assert check_all(running, every) == {}  # also those whose 201 was never heard: whole or not there


def test_a_row_without_its_file_would_be_noticed(running: RunningCloud, tmp_path: Path) -> None:
    """The broken twin: as if the row had been committed before the file was on the disk."""
    data = picture(0, 1000)
    made = running.upload(data).json()
    running.kill()
    for path in files_in(tmp_path / "var" / "content" / "files"):
        path.unlink()
    running.start()

    assert check_all(running, {made["id"]: hashlib.sha256(data).hexdigest()}) == {made["id"]: 404}


def test_a_check_that_was_killed_is_taken_up_again(running: RunningCloud) -> None:
    made = running.upload(media.video()).json()["id"]
    running.kill()
    running.start()

    while (shown := running.get(f"/api/content/{made}").json())["uploadStatus"] == "processing":
        pass
    assert (shown["uploadStatus"], shown["durationMs"]) == ("ready", 2000)


def test_a_hundred_megabytes_pass_through_without_being_kept_in_memory(running: RunningCloud, tmp_path: Path) -> None:
    running.upload(picture(0, 1000))
    before = running.peak_memory()
    big = tmp_path / "big.png"
    big.write_bytes(picture(1, 100_000_000))

    with big.open("rb") as file:
        answer = running.session.post(
            f"{running.url}/api/content",
            data=_streamed(file.read),
            headers={"Content-Type": "multipart/form-data; boundary=edge"},
            timeout=120,
        )

    assert answer.status_code == 201, answer.text
    assert running.peak_memory() - before < 40_000_000


def _streamed(read: object) -> Iterator[bytes]:
    yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    assert callable(read)
    while chunk := read(1 << 20):
        yield chunk
    yield b"\r\n--edge--\r\n"
