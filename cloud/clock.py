"""The one place in the cloud that reads time. Everything else takes a Clock as an argument."""

import time
from datetime import UTC, datetime
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> datetime:
        """The wall clock as an aware instant in UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean something."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251

    def monotonic(self) -> float:
        return time.monotonic()
