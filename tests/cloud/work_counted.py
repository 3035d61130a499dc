"""What an answer costs: the statements that were sent to the database for it, and the passwords that were hashed.

Answers that cost the same steps take the same time; whether they do is seen here without a clock.
"""

import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import event

from tests.cloud.house import House

T = TypeVar("T")


@dataclass(slots=True)
class Work:
    statements: list[str] = field(default_factory=list)
    """Without their values."""
    hashes: int = 0


class WorkCounter:
    """Counts what is done for one call, wherever it is done; what goes on beside it in the background isn't counted."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._asking: ContextVar[Work | None] = ContextVar("asking", default=None)
        self._thread = threading.local()

    @contextmanager
    def watching(self) -> Iterator[None]:
        cloud = self._house.cloud
        engines = (cloud.database._writer, cloud.database._reader)
        plainly = cloud._run

        def marked(threads: ThreadPoolExecutor, work: Callable[[], T]) -> Awaitable[T]:
            asking = self._asking.get()  # on the loop, in the task of the call

            def run() -> T:
                self._thread.work = asking
                try:
                    return work()
                finally:
                    self._thread.work = None

            return plainly(threads, run)

        cloud._run = marked  # type: ignore[method-assign]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._count)
        try:
            yield
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", self._count)
            cloud._run = plainly  # type: ignore[method-assign]

    async def of(self, act: Callable[[], Awaitable[T]]) -> tuple[T, Work]:
        """What came of it, and what it cost."""
        work, before = Work(), len(self._house.passwords.checked)
        token = self._asking.set(work)
        try:
            answer = await act()
        finally:
            self._asking.reset(token)
        work.hashes = len(self._house.passwords.checked) - before
        return answer, work

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        work = getattr(self._thread, "work", None)
        if work is not None:
            work.statements.append(statement)
