"""A worker that works when the test says so, in the test's own thread."""

from collections import deque
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class HeldWorker:
    def __init__(self) -> None:
        self._held: deque[Callable[[], None]] = deque()

    def submit(self, work: Callable[[], _T], then: Callable[[_T | Exception], None]) -> None:
        def run() -> None:
            try:
                result: _T | Exception = work()
            except Exception as error:
                result = error
            then(result)

        self._held.append(run)

    @property
    def is_idle(self) -> bool:
        return not self._held

    def run(self) -> int:
        """Does everything that was submitted, and what that brings; answers how much it was."""
        count = 0
        while self._held:
            self._held.popleft()()
            count += 1
        return count
