"""Work that may take long (network, hashing) in threads of its own; its outcome comes back to the loop's thread."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

_T = TypeVar("_T")

Call = Callable[[], None]
log = logging.getLogger(__name__)


class Inbox:
    """What the loop's thread has to do next. Anybody may put something in, signal handlers too."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()

    def put(self, call: Call) -> None:
        self._calls.put(call)

    def get(self, timeout_s: float) -> Call | None:
        """The next call; None when nothing came in time."""
        try:
            return self._calls.get(timeout=timeout_s) if timeout_s > 0 else self._calls.get_nowait()
        except queue.Empty:
            return None


class Worker(Protocol):
    def submit(self, work: Callable[[], _T], then: Callable[[_T | Exception], None]) -> None:
        """Runs `work` elsewhere; the loop's thread gets its result, or what it raised, by `then`."""


class WorkerThread:
    """One thread, one piece of work after the other. It dies with the process, whatever it waits for."""

    def __init__(self, name: str, inbox: Inbox) -> None:
        self._inbox = inbox
        self._work: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], _T], then: Callable[[_T | Exception], None]) -> None:
        def run() -> None:
            try:
                result: _T | Exception = work()
            except Exception as error:  # noqa: BLE001 the loop's thread decides what it means
                result = error
            self._inbox.put(lambda: then(result))

        self._work.put(run)

    def _run(self) -> None:
        while True:
            self._work.get()()
