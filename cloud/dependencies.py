"""The servers behind this process, asked whether they answer: for `/readyz`."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from vizora.errors import VizoraError

log = logging.getLogger("vizora.cloud")
PATIENCE_S = 2.0
"""How long `/readyz` waits for one: load balancers wait little longer."""
OK = "ok"


@dataclass(frozen=True, slots=True)
class Dependency:
    name: str
    ask: Callable[[], object]
    """Blocks; raises when the server is of no use."""
    without: str
    """What stops meanwhile and what goes on, for the operator."""


@dataclass(slots=True)
class Dependencies:
    """Each is asked by one thread at a time, however often `/readyz` is called and however long it hangs."""

    known: Sequence[Dependency]
    _under_way: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)

    async def states(self, patience_s: float = PATIENCE_S) -> dict[str, str]:
        """By name: `ok`, or that it does not answer and what that means."""
        answers = await asyncio.gather(*(self._state(dependency, patience_s) for dependency in self.known))
        return {dependency.name: answer for dependency, answer in zip(self.known, answers, strict=True)}

    async def _state(self, dependency: Dependency, patience_s: float) -> str:
        under_way = self._under_way.get(dependency.name)
        if under_way is None or under_way.done():
            under_way = self._under_way[dependency.name] = _asked(dependency)
        try:
            return await asyncio.wait_for(asyncio.shield(under_way), patience_s)
        except TimeoutError:
            return _silent(dependency)


def _asked(dependency: Dependency) -> "asyncio.Future[str]":
    """Begins to ask. The thread is a daemon: one that hangs keeps no process from ending."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def tell(state: str) -> None:
        if not answer.done():
            answer.set_result(state)

    def ask() -> None:
        try:
            dependency.ask()
            state = OK
        except (VizoraError, OSError) as fault:
            log.info("%s: %s", dependency.name, fault)
            state = _silent(dependency)
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(tell, state)

    threading.Thread(target=ask, name=f"asks {dependency.name}", daemon=True).start()
    return answer


def _silent(dependency: Dependency) -> str:
    return f"does not answer: {dependency.without}"
