"""How often somebody may call: GCRA, the leaky bucket as one number a caller (ITU-T I.371)."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` calls at once, then `per_second` of them on average."""

    per_second: float
    burst: int


class Rates(Protocol):
    async def wait(self, key: str, rate: Rate, at: float) -> float:
        """Takes one call of `key` at `at` (monotonic seconds). 0.0 when it is allowed; else the seconds until one is.

        A call that is refused takes nothing, so who keeps trying does not wait longer for it.
        """
        ...

    async def close(self) -> None: ...


class MemoryRates:
    """For one process; several would each allow as much."""

    def __init__(self, most: int = 50_000) -> None:
        self._due: dict[str, float] = {}
        self._most = most

    async def wait(self, key: str, rate: Rate, at: float) -> float:
        step = 1 / rate.per_second
        due = max(self._due.get(key, at), at) + step
        early = due - rate.burst * step - at
        if early > step * 1e-6:
            return early
        if len(self._due) >= self._most:
            self._due = {known: until for known, until in self._due.items() if until > at}
        self._due[key] = due
        return 0.0

    async def close(self) -> None:
        return None
