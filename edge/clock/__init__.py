"""The one place on the device that reads time. Everything else takes a Clock as an argument."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> datetime:
        """The wall clock as an aware instant in UTC; may be wrong and may jump."""

    def monotonic(self) -> float:
        """Seconds that never jump and go on through suspend (CLOCK_BOOTTIME); only differences mean something."""

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=time.time_ns() // 1000)  # noqa: TID251

    def monotonic(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
