"""So much of one organization, or one screen, at a time: whoever has a thousand things to be done waits for their own,
and nobody else waits for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Shares:
    """Belongs to the event loop. `each`: how much of one's this process does at once."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._gates: dict[str, tuple[asyncio.Semaphore, int]] = {}
        """Of those that do something or wait: their gate, and how many have come to it and not gone."""

    @asynccontextmanager
    async def of(self, whose: str) -> AsyncIterator[None]:
        """Waits until it is their turn again; in the order of coming. `whose`: the id of whoever it is done for."""
        gate, here = self._gates.get(whose, (asyncio.Semaphore(self._each), 0))
        self._gates[whose] = gate, here + 1
        try:
            async with gate:
                yield
        finally:
            gate, here = self._gates.pop(whose)
            if here > 1:
                self._gates[whose] = gate, here - 1

    def __len__(self) -> int:
        """How many have something that is done or waits."""
        return len(self._gates)
