"""What the cloud's word does for the clock: a confirmation for this boot, and a floor that only rises."""

import logging
from datetime import datetime
from pathlib import Path

import msgspec

from edge import problems
from edge.clock.readings import ConfirmationFile, FloorFile, read_floor
from edge.clock.trust import agrees, floor
from edge.files import write_at_once, write_durably
from edge.status import Problem

FLOOR_EVERY_S = 3600.0
CONFIRM_EVERY_S = 30.0

log = logging.getLogger(__name__)


class ClockKeeping:
    """The floor rises by authenticated time alone (the cloud's, a signed manifest's): a false one can't be undone."""

    def __init__(self, floor_path: Path, confirmation_path: Path) -> None:
        self._floor_path = floor_path
        self._confirmation_path = confirmation_path
        self._confirmed_at: float | None = None
        self.problem: Problem | None = None

    @property
    def is_confirmed(self) -> bool:
        return self._confirmed_at is not None

    def told(self, server_time: datetime, now: datetime, monotonic: float) -> None:
        """The cloud's time came when our clocks stood at `now` and `monotonic`. Raises OSError."""
        if not agrees(now, server_time):
            self.problem = problems.wrong_clock(now, server_time)
            self._confirmed_at = None
            self._confirmation_path.unlink(missing_ok=True)
            return
        self.problem = None
        if self._confirmed_at is None or monotonic - self._confirmed_at >= CONFIRM_EVERY_S:
            write_at_once(self._confirmation_path, msgspec.json.encode(ConfirmationFile(now, monotonic)))
            self._confirmed_at = monotonic
        self.raise_floor(min(now, server_time))

    def raise_floor(self, to: datetime, *, least_s: float = FLOOR_EVERY_S) -> None:
        """Durably, and not more often than the disk likes: steps under `least_s` seconds wait. Raises OSError."""
        known = read_floor(self._floor_path)
        if known is None or (to - known).total_seconds() >= least_s:
            self._floor_path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._floor_path, msgspec.json.encode(FloorFile(floor(known, to))))
