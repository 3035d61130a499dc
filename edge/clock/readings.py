"""The facts behind clock trust: the kernel's state, the saved floor, the cloud's confirmation."""

import ctypes
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.clock import EPOCH, Clock
from edge.clock.trust import TOLERANCE_S, Confirmation, floor, judge
from edge.paths import DevicePaths
from vizora.manifest.model import Value
from vizora.schedule.model import ClockTrust

TIMESYNCD_MARK = Path("/run/systemd/timesync/synchronized")
RTC = Path("/sys/class/rtc/rtc0")
_TIME_ERROR = 5


class FloorFile(Value, frozen=True):
    """`cache/clock-floor.json`."""

    floor: datetime


class ConfirmationFile(Value, frozen=True):
    """`clock.json` in the run folder."""

    confirmed_at: datetime
    monotonic: float


class ClockReadings:
    """Judges the clock by what lies on the device. Reads two small files a call: ask about once a second."""

    def __init__(self, clock: Clock, paths: DevicePaths) -> None:
        self._clock = clock
        self._paths = paths

    def trust(self, issued_at: datetime | None = None) -> ClockTrust:
        """How far the clock may be believed now; `issued_at` is the current manifest's."""
        now = self._clock.now()
        return judge(
            now,
            self._clock.monotonic(),
            floor(read_floor(self._paths.clock_floor), issued_at),
            synchronised=is_synchronised(now),
            confirmation=read_confirmation(self._paths.clock_confirmation),
        )


def read_floor(path: Path) -> datetime | None:
    """The saved floor; None when there is none or it is damaged."""
    try:
        return _in_utc(msgspec.json.decode(path.read_bytes(), type=FloorFile).floor)
    except (OSError, ValueError):
        return None


def read_confirmation(path: Path) -> Confirmation | None:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=ConfirmationFile)
        return Confirmation(_in_utc(file.confirmed_at), file.monotonic)
    except (OSError, ValueError):
        return None


def is_synchronised(now: datetime, *, mark: Path = TIMESYNCD_MARK, rtc: Path = RTC) -> bool:
    """Whether a time source steers this machine's clock: NTP by the kernel's word or timesyncd's, or a live RTC."""
    return _kernel_says_synchronised() or mark.exists() or _rtc_agrees(now, rtc)


def _rtc_agrees(now: datetime, rtc: Path) -> bool:
    """A battery-backed clock set ours at boot, and still tells the same time.

    Without a battery it starts at 1970 and, as nothing has synchronised yet, differs from a restored wall clock.
    """
    try:
        set_ours = (rtc / "hctosys").read_text().strip() == "1"
        seconds = int((rtc / "since_epoch").read_text())
    except (OSError, ValueError):
        return False
    return set_ours and abs((now - EPOCH).total_seconds() - seconds) <= TOLERANCE_S


def _kernel_says_synchronised() -> bool:
    """adjtimex(2) with no modes only reads; its answer is TIME_ERROR while the clock is not synchronised."""
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None:
        return False
    timex = ctypes.create_string_buffer(512)  # struct timex is 208 bytes; all zero: no modes, nothing is set
    state = adjtimex(timex)
    return isinstance(state, int) and 0 <= state < _TIME_ERROR


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(UTC)
