"""Redis stands in many requests' way, and may be away: after it did not answer nobody waits for it for a while."""

import logging
from collections.abc import Callable

log = logging.getLogger("vizora.cloud")
BREATHER_S = 2.0


class Breather:
    """`monotonic` gives seconds; `meanwhile` says what becomes of it until Redis answers."""

    def __init__(self, monotonic: Callable[[], float], meanwhile: str) -> None:
        self._monotonic = monotonic
        self._meanwhile = meanwhile
        self._until = float("-inf")

    @property
    def is_on(self) -> bool:
        return self._monotonic() < self._until

    def begin(self, fault: Exception) -> None:
        """It did not answer: said once for each breather."""
        if not self.is_on:
            log.warning("Redis does not answer (%s): %s", fault, self._meanwhile)
        self._until = self._monotonic() + BREATHER_S
