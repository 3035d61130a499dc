"""What the builder is doing and how long each step took: one line a step, on a terminal and in a log alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from edge.clock import Clock


class Progress:
    """`say` takes one line. Steps may not nest."""

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._began = clock.monotonic()
        self.seconds: dict[str, float] = {}
        """How long each step took, in the order they ran."""

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = self._clock.monotonic()
        self._say(f"[{began - self._began:6.1f} s] {what} …")
        yield
        self.seconds[what] = self._clock.monotonic() - began
        self._say(f"[{self._clock.monotonic() - self._began:6.1f} s] {what}: {self.seconds[what]:.1f} s")

    def note(self, line: str) -> None:
        self._say(f"[{self._clock.monotonic() - self._began:6.1f} s] {line}")
