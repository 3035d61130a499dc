"""How workers hear at once that there is something to do: huey, on SQLite in the data folder or on Redis.

A message says only «look into the database». One that is lost costs the time until the next look, one that comes twice
costs a look. So the queue needs no care: nothing is synced to the disk, and each start makes the file anew.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

FILE = "jobs.db"


class Consumer(Protocol):
    def stop(self) -> None:
        """Returns when nobody looks any more. Blocks until those who are at it have come back."""


class Queue(Protocol):
    def hint(self) -> None:
        """There is something to do. Any thread may call it; it never raises."""

    def consume(self, look: Callable[[], None], *, threads: int, every_s: float) -> Consumer:
        """From now on `look` is called in one of `threads` threads: at once, for each hint, and every so often."""


def sqlite_queue(folder: Path) -> Queue:
    """For one process."""
    _import_huey()
    from cloud.jobs.huey_queue import HueyQueue, LocalTransport

    file = folder / FILE
    file.unlink(missing_ok=True)  # a kill may have damaged it, and whoever begins looks anyway
    return HueyQueue(LocalTransport(file))


def redis_queue(url: str) -> Queue:
    """For all processes of one cloud."""
    from cloud.jobs.huey_queue import HueyQueue
    from cloud.jobs.redis_transport import RedisTransport

    return HueyQueue(RedisTransport(url))


def _import_huey() -> None:
    """huey imports the clients of all servers it can use. The embedded size has no such server, and no use for the
    third of a second and the 15 MB that they take."""
    absent = [name for name in ("redis", "psycopg") if name not in sys.modules]
    modules = cast("dict[str, object]", sys.modules)
    modules.update(dict.fromkeys(absent))  # None is Python's own sign for «there is no such module»
    try:
        import huey  # noqa: F401
    finally:
        for name in absent:
            del modules[name]
