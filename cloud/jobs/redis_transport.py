"""The queue between processes: a list in Redis. While Redis is away, who waits for messages looks for itself."""

import threading
import time

from huey.storage import RedisStorage
from redis import ConnectionPool
from redis.exceptions import RedisError

from cloud.breather import BREATHER_S, Breather
from cloud.jobs.huey_queue import OnlyHints

READ_S = 1


class RedisTransport(OnlyHints, RedisStorage):  # type: ignore[misc]
    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(url, socket_timeout=READ_S + 1, socket_connect_timeout=2)
        super().__init__("vizora", read_timeout=READ_S, connection_pool=pool)
        self._ended = threading.Event()
        self._breather = Breather(time.monotonic, "workers look for jobs by themselves, a little later")
        self._last: bytes | None = None

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Raises RedisError or OSError; soon, when Redis was away a moment ago."""
        self._last = data
        if self._breather.is_on:
            raise RedisError("it was away a moment ago")
        try:
            super().enqueue(data, priority)
        except (RedisError, OSError) as fault:
            self._breather.begin(fault)
            raise

    def dequeue(self) -> bytes | None:
        try:
            found: bytes | None = super().dequeue()
        except (RedisError, OSError) as fault:
            self._breather.begin(fault)
            self._ended.wait(BREATHER_S)
            return self._last
        else:
            return found

    def wake(self) -> None:
        """The others hear it by themselves, at most READ_S later."""
        self._ended.set()
