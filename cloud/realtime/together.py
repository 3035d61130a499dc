"""What may wait a moment is done in a row. Ten thousand screens beat one by one, every millisecond and a half: by then
the processor's caches are full of something else, and to fill them anew is most of what a heartbeat costs."""

import asyncio
from collections import deque
from collections.abc import Callable

from cloud.realtime.hub import QUEUE

WAIT_S = 0.1
"""The longest that a heartbeat waits for others."""
IN_A_ROW = QUEUE // 2
"""Each may have something to tell people: less than their lines hold."""
TAKEN_S = 0.001
"""What the loop has then to bring it to those who listen."""


class Together:
    """Belongs to the event loop."""

    def __init__(self, *, wait_s: float = WAIT_S, in_a_row: int = IN_A_ROW) -> None:
        self._wait_s = wait_s
        self._in_a_row = in_a_row
        self._calls = deque[Callable[[], None]]()

    def add(self, call: Callable[[], None]) -> None:
        """Calls it soon, after what was added before it."""
        self._calls.append(call)
        if len(self._calls) == 1:
            asyncio.get_running_loop().call_later(self._wait_s, self._go)

    def _go(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(min(len(self._calls), self._in_a_row)):
            loop.call_soon(self._calls.popleft())  # by the loop: one that fails keeps none from its turn
        if self._calls:
            loop.call_later(TAKEN_S, self._go)
