"""Redis, without anything kept on the disk."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.free_port import free_port
from tests.servers.program import program, running


@contextmanager
def redis_server(port: int | None = None, *, ending: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Its address, as in `redis://127.0.0.1:6379`. A port that was used before makes it the same server anew."""
    port = port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="vizora-redis-"))
    url = f"redis://127.0.0.1:{port}"
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    try:
        with running(command, folder, lambda: _answers(url), ending=ending):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> bool:
    client = Redis.from_url(url, socket_timeout=5)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
