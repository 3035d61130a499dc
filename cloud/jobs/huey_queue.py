"""huey as the queue (`cloud.jobs.queue`): its consumer's threads and clock, and a transport of ours below it."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from huey import Huey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.storage import BaseStorage, SqliteStorage

PATIENCE_S = 60.0
"""How long a thread waits in one piece for a message that may have come without a word."""


class Names:
    """A message is its id and the task's name: nothing that is taken from a queue is ever run or unpickled."""

    def serialize(self, message: Message) -> bytes:
        return f"{message.id} {message.name}".encode()

    def deserialize(self, data: bytes) -> Message:
        id_, _, name = bytes(data).decode().partition(" ")
        return Message(id_, name, retries=0, retry_delay=0, args=(), kwargs={})


class OnlyHints:
    """What of huey's storage there is no use for: when a job is due, and whether it still is, says its row."""

    def read_schedule(self, _: datetime) -> list[Any]:
        return []

    def peek_many(self, _: Any) -> dict[Any, Any]:
        return {}


class LocalTransport(OnlyHints, SqliteStorage):  # type: ignore[misc]
    """Messages of this process to itself. Who waits for one hears it at once."""

    blocking = True

    def __init__(self, file: Path) -> None:
        self._news = threading.Condition()
        self._closed = False
        super().__init__("vizora", str(file), cache_mb=1, fsync=False, journal_mode="memory")

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        super().enqueue(data, priority)
        with self._news:
            self._news.notify()

    def dequeue(self) -> bytes | None:
        with self._news:
            found: bytes | None = super().dequeue()
            if found is None and not self._closed:
                self._news.wait(PATIENCE_S)
            return found or super().dequeue()

    def wake(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify_all()


class HueyQueue:
    """`transport` is one of huey's storages with a `wake` that ends waiting for messages."""

    def __init__(self, transport: Any) -> None:
        assert isinstance(transport, BaseStorage)
        logging.getLogger("huey").setLevel(logging.WARNING)  # below, it tells of every message
        self._transport = transport
        self._look: Callable[[], None] = lambda: None
        self._huey = Huey("vizora", results=False, serializer=Names(), storage_class=lambda *_: transport)

        def look() -> None:
            with suppress(Exception):  # whoever looks has told it
                self._look()

        self._task = self._huey.periodic_task(lambda _: True, name="look")(look)

    def hint(self) -> None:
        with suppress(Exception):  # the transport has told it, and the next look makes it good
            self._task()

    def consume(self, look: Callable[[], None], *, threads: int, every_s: float) -> "Looking":
        self._look = look
        return Looking(self._huey, self._transport, threads, every_s)


class Looking(Consumer):  # type: ignore[misc]
    """huey's consumer inside a process that is somebody else's: it leaves the signals alone."""

    def __init__(self, huey: Huey, transport: Any, threads: int, every_s: float) -> None:
        self._transport = transport
        self._every_s = every_s
        super().__init__(huey, workers=threads, check_worker_health=False)
        self.start()

    def stop(self, graceful: bool = True) -> None:
        self.stop_flag.set()
        self._transport.wake()
        super().stop(graceful)

    def _create_scheduler(self) -> Scheduler:
        scheduler = super()._create_scheduler()
        scheduler.periodic_task_seconds = self._every_s
        return scheduler

    def _set_signal_handlers(self) -> None:
        return None
