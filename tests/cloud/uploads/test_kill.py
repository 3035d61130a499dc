"""A killed server forgets nothing that it had of an upload: the client asks, and goes on (promise P5)."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from cloud.uploads.pieces import PIECE
from tests.cloud.content.running_cloud import RunningCloud
from tests.cloud.content.test_kill import picture
from tests.cloud.uploads.sender import CHUNK_TYPE, Sender

ROUNDS = 3
SOME = PIECE + 200_000
"""More than what is counted only together with the next bytes."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningCloud]:
    with RunningCloud(tmp_path / "var") as running:
        yield running


class Client:
    """`requests` with the shape that Sender wants."""

    def __init__(self, running: RunningCloud) -> None:
        self._running = running

    def request(self, method: str, path: str, *, headers: dict[str, str], content: Any) -> requests.Response:
        url = self._running.url + path
        return self._running.session.request(method, url, headers=headers, data=content, timeout=60)


def kill_in_the_middle(running: RunningCloud, place: str, offset: int, data: bytes, sent: int) -> None:
    """Announces all of `data`, sends `sent` bytes of it, and kills the server once some of them are counted."""
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: {running.token}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Offset: {offset}\r\nContent-Type: {CHUNK_TYPE}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    with running.connection() as connection:
        connection.sendall(head.encode() + data[:sent])
        while Sender(Client(running)).offset(place) <= offset:
            pass
        running.kill()


def send(running: RunningCloud, data: bytes, *, asks: bool, chance: random.Random) -> requests.Response:
    """The whole file, with a kill in every round. A client that does not ask where to go on is the broken twin."""
    sender = Sender(Client(running))
    place = sender.place(len(data), filename="x.png")
    offset = 0
    for _ in range(ROUNDS):
        rest = data[offset:]
        kill_in_the_middle(running, place, offset, rest, chance.randrange(SOME, max(SOME + 1, len(rest) // 2)))
        running.start()
        offset = sender.offset(place) if asks else 0
    answer: requests.Response = sender.append(place, offset, data[offset:])
    return answer


def test_an_upload_goes_on_after_every_kill_and_is_whole(running: RunningCloud) -> None:
    data = picture(1, 12_000_000)
    answer = send(running, data, asks=True, chance=random.Random(20261122))

    assert answer.status_code == 204, answer.text
    file = running.get(f"/api/content/{answer.headers['Vizora-Content-Id']}/file")
    shown = running.get(f"/api/content/{answer.headers['Vizora-Content-Id']}").json()
    assert shown["originalSha256"] == hashlib.sha256(data).hexdigest()
    assert hashlib.sha256(file.content).hexdigest() == shown["sha256"]
    assert len(running.get("/api/content").json()["items"]) == 1


def test_a_client_that_does_not_ask_is_refused_instead_of_mixing_bytes(running: RunningCloud) -> None:
    sender = Sender(Client(running))
    data = picture(2, 2_000_000)
    place = sender.place(len(data))
    kill_in_the_middle(running, place, 0, data, SOME)
    running.start()

    assert sender.append(place, 0, data).status_code == 409
    assert running.get("/api/content").json()["items"] == []
