"""How long is too long on a machine that others use too: what was spent in the queue for a processor doesn't count.

A guest that gets a third of a processor comes three times as late and no step of it is at fault.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path


class Patience:
    """Ends after `seconds` in which the emulator was not kept waiting by others.

    `queued`: how many seconds it has been kept so far, in all; it may begin anew, with a new process.
    """

    def __init__(
        self, seconds: float, queued: Callable[[], float], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._left, self._queued, self._monotonic = seconds, queued, monotonic
        self._at, self._queued_at = monotonic(), queued()

    def is_over(self) -> bool:
        at, queued = self._monotonic(), self._queued()
        kept_waiting = min(max(0.0, queued - self._queued_at), at - self._at)
        self._left -= at - self._at - kept_waiting
        self._at, self._queued_at = at, queued
        return self._left <= 0


def queued(pid: int, proc: Path = Path("/proc")) -> float:
    """Seconds that the process's most delayed thread has waited for a processor; 0 when there is no such process."""
    waited = [0.0]
    for statistics in proc.glob(f"{pid}/task/*/schedstat"):
        with contextlib.suppress(OSError):  # a thread may end meanwhile
            waited.append(int(statistics.read_text().split()[1]) / 1e9)
    return max(waited)
