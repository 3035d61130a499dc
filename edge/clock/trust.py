"""How far the wall clock may be believed (CONTRACT 6.11). Pure; `edge.clock.readings` gathers the facts."""

from dataclasses import dataclass
from datetime import datetime

from vizora.schedule.model import ClockTrust

BUILT_AT = datetime.fromisoformat("2026-11-22T00:00:00+00:00")
"""This software did not exist before: the lowest floor there is."""

TOLERANCE_S = 60.0
"""How far wall and monotonic clock may drift apart after a confirmation, and the cloud's clock from ours."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The cloud said, on an authenticated line, that our wall clock was right at `confirmed_at`."""

    confirmed_at: datetime
    monotonic: float
    """CLOCK_BOOTTIME seconds at that moment."""


def floor(*instants: datetime | None) -> datetime:
    """The newest of the instants the time can't be before: build, last saved, the manifest's issue."""
    return max([BUILT_AT, *(instant for instant in instants if instant is not None)])


def judge(
    now: datetime, monotonic: float, floor: datetime, *, synchronised: bool, confirmation: Confirmation | None
) -> ClockTrust:
    """`now` and `monotonic` are read together; `synchronised`: the kernel's clock follows a time source since boot."""
    if now < floor:
        return ClockTrust.UNTRUSTED
    if synchronised or (confirmation is not None and holds(confirmation, now, monotonic)):
        return ClockTrust.TRUSTED
    return ClockTrust.FLOOR


def holds(confirmation: Confirmation, now: datetime, monotonic: float) -> bool:
    """Whether the wall clock has moved as the monotonic one did since then. It has not after a step or a reboot."""
    elapsed = monotonic - confirmation.monotonic
    moved = (now - confirmation.confirmed_at).total_seconds()
    return elapsed >= 0 and abs(moved - elapsed) <= TOLERANCE_S


def agrees(now: datetime, server_time: datetime) -> bool:
    """Whether the cloud's clock confirms ours."""
    return abs((now - server_time).total_seconds()) <= TOLERANCE_S
