"""Many simulated screens (`tests.soak.screen`) in a thread of their own, and what is asked of all of them."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import uvloop

from tests.soak.screen import ORDINARY, Habits, Screen

T = TypeVar("T")


class Screens:
    """A Crowd. `port` says where the one with this number finds the cloud now."""

    def __init__(
        self,
        ids: Sequence[str],
        tokens: Sequence[str],
        port: Callable[[int], int],
        habits: Habits = ORDINARY,
        *,
        seed: int = 0,
    ) -> None:
        self._port, self.habits, self.seed = port, habits, seed
        self.codes, self.statuses, self.went_back = Counter[int](), Counter[int](), 0
        self.pauses_s = list[float]()
        self.behind_s = dict[str, float]()
        """How long each had the old manifest, from when it could have the new one."""
        self._wanted: frozenset[str] = frozenset()
        self._wanted_at = 0.0
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="screens", daemon=True)
        self._thread.start()
        self.may_connect = asyncio.Event()
        self.may_connect.set()
        self.all = self.within(self._begin(ids, tokens))

    async def _begin(self, ids: Sequence[str], tokens: Sequence[str]) -> list[Screen]:
        all_ = [Screen(self, n, *one) for n, one in enumerate(zip(ids, tokens, strict=True))]
        self._tasks = [asyncio.create_task(work) for one in all_ for work in (one.keep_a_line(), one.keep_asking())]
        return all_

    def within(self, work: "Awaitable[T]") -> T:
        """Does it in the screens' own thread."""

        async def do() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(do(), self._loop).result()

    def call(self, work: Callable[..., T], *arguments: Any) -> T:
        async def do() -> T:
            return work(*arguments)

        return self.within(do())

    def port(self, number: int, /) -> int:
        return self._port(number)

    def expect(self, overrides: frozenset[str], since: float) -> None:
        """From now on a manifest is new when it has just these; it could be had from `since` on."""

        def begin() -> None:
            self._wanted, self._wanted_at = overrides, since
            self.behind_s.clear()
            for screen in self.all:
                self.heard_of(screen)

        self.call(begin)

    def heard_of(self, screen: Screen) -> None:
        if screen.overrides == self._wanted:
            since = max(self._wanted_at, screen.back_at)
            self.behind_s.setdefault(screen.id, max(time.monotonic() - since, 0.0))

    def behind(self) -> list[Screen]:
        return [screen for screen in self.all if screen.id not in self.behind_s]

    def away(self) -> list[Screen]:
        return [screen for screen in self.all if screen.spoke_at() is None]

    def hang_up(self, screens: Sequence[Screen]) -> None:
        """Their lines end on their side, and they come back."""

        def do() -> None:
            for screen in screens:
                if screen.line is not None and screen.line.is_open:
                    screen.line.hang_up()

        self.call(do)

    def hold(self) -> None:
        """Nobody connects until `let_go`."""
        self.call(self.may_connect.clear)

    def let_go(self) -> None:
        self.call(self.may_connect.set)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.within(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for screen in self.all:
            if screen.is_back and screen.line is not None:
                screen.line.hang_up()
