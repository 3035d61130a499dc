"""What the queue promises: the same tests on a file of this process and on Redis between two."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from cloud.jobs.queue import FILE, Queue, redis_queue, sqlite_queue
from tests.cloud.serving import ROOT
from tests.free_port import free_port
from tests.servers.redis import redis_server

PATIENCE_S = 60.0
NEVER_S = 3600.0


class Looks:
    """Counts how often somebody was told to look."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.count >= count, PATIENCE_S), self.count


@pytest.fixture(params=["sqlite", "redis"])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Queue, Queue]:
    """Where something is said, and where it is to be heard."""
    if request.param == "sqlite":
        queue = sqlite_queue(tmp_path)
        return queue, queue
    url = request.getfixturevalue("empty_redis")
    return redis_queue(url), redis_queue(url)


@pytest.fixture
def listening() -> Iterator[Callable[..., Looks]]:
    with ExitStack() as stack:

        def listen(queue: Queue, *, threads: int = 2, every_s: float = NEVER_S, looks: Looks | None = None) -> Looks:
            """The first look, at the start, is over when it returns."""
            looks = looks or Looks()
            before = looks.count
            stack.callback(queue.consume(looks, threads=threads, every_s=every_s).stop)
            looks.wait_for(before + 1)
            return looks

        yield listen


def test_each_hint_is_one_look_at_once(ends: tuple[Queue, Queue], listening: Callable[..., Looks]) -> None:
    looks = listening(ends[1])
    for number in range(5):
        ends[0].hint()
        looks.wait_for(2 + number)

    assert looks.count == 6


def test_what_is_hinted_while_nobody_listens_is_heard_later(
    ends: tuple[Queue, Queue], listening: Callable[..., Looks]
) -> None:
    ends[0].hint()

    listening(ends[1]).wait_for(2)


def test_without_any_hint_there_is_a_look_every_so_often(
    ends: tuple[Queue, Queue], listening: Callable[..., Looks]
) -> None:
    listening(ends[1], every_s=1).wait_for(2)


def test_a_look_that_fails_is_not_the_last_one(ends: tuple[Queue, Queue], listening: Callable[..., Looks]) -> None:
    class Failing(Looks):
        def __call__(self) -> None:
            super().__call__()
            raise ValueError("as a fault of ours would")

    looks = listening(ends[1], threads=1, looks=Failing())
    ends[0].hint()

    looks.wait_for(2)


def test_of_two_that_listen_one_hears_each_hint(empty_redis: str, listening: Callable[..., Looks]) -> None:
    looks = Looks()
    queues = [redis_queue(empty_redis) for _ in range(2)]
    for queue in queues:
        listening(queue, looks=looks)  # each tells somebody to look when it begins
    for _ in range(20):
        queues[0].hint()
    looks.wait_for(22)
    queues[1].hint()
    looks.wait_for(23)

    assert looks.count == 23


class Bomb:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return exec, ("raise SystemExit('what was in Redis was run')",)  # type: ignore[return-value]


@pytest.mark.parametrize("message", [pickle.dumps(Bomb()), b"", b"\xff", b"1 no.such.task", b"x" * 100_000])
def test_nothing_that_somebody_puts_into_redis_is_run(
    empty_redis: str, listening: Callable[..., Looks], message: bytes
) -> None:
    queue = redis_queue(empty_redis)
    looks = listening(queue, threads=1)
    with Redis.from_url(empty_redis) as server:
        server.lpush("huey.redis.vizora", message)
    queue.hint()

    looks.wait_for(2)


def test_while_redis_is_away_whoever_listens_looks_for_themselves(listening: Callable[..., Looks]) -> None:
    port = free_port()
    with redis_server(port) as url:
        queue = redis_queue(url)
        looks = listening(queue, threads=1)
    before = looks.count
    queue.hint()  # it never raises

    looks.wait_for(before + 2)
    with redis_server(port):
        while looks.count < before + 2:
            queue.hint()


def test_a_file_that_a_kill_damaged_is_made_anew(tmp_path: Path, listening: Callable[..., Looks]) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but something else" * 100)

    queue = sqlite_queue(tmp_path)
    looks = listening(queue)
    queue.hint()

    looks.wait_for(2)


def test_the_embedded_queue_loads_no_client_of_any_server(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from cloud.jobs.queue import sqlite_queue; sqlite_queue(pathlib.Path(sys.argv[1]));"
        "print([name for name in ('redis', 'psycopg') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )

    assert (ended.stdout.strip(), ended.stderr) == ("[]", "")
