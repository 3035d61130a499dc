"""So much of one organization at a time: whoever has a thousand things to be done waits for their own, and nobody else
waits for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vizora.identifiers import OrganizationId


class Shares:
    """Belongs to the event loop. `each`: how much of one organization this process does at once."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._gates: dict[OrganizationId, tuple[asyncio.Semaphore, int]] = {}
        """Of those that do something or wait: their gate, and how many have come to it and not gone."""

    @asynccontextmanager
    async def of(self, organization_id: OrganizationId) -> AsyncIterator[None]:
        """Waits until it is this organization's turn again; in the order of coming."""
        gate, here = self._gates.get(organization_id, (asyncio.Semaphore(self._each), 0))
        self._gates[organization_id] = gate, here + 1
        try:
            async with gate:
                yield
        finally:
            gate, here = self._gates.pop(organization_id)
            if here > 1:
                self._gates[organization_id] = gate, here - 1

    def __len__(self) -> int:
        """Organizations that do something or wait."""
        return len(self._gates)
