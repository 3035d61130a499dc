"""Whether the player starts in its safe mode, and what that leaves out (ADR 60). Pure.

A start counts as crashed when the next one finds, in the same run of the machine, that it neither came to last nor
ended in order. So a power cut counts as nothing, and no clock is asked but the one that begins with the machine.
"""

from collections.abc import Collection

from msgspec.structs import replace

from vizora.identifiers import ContentId
from vizora.manifest.model import Value

STARTS, WINDOW = 5, 600.0
"""So many starts within so many seconds that crashed, and the next one is a safe one."""
LASTS = WINDOW / STARTS
"""Seconds of life after which a start has come to last; who lives longer each time never gets to `STARTS`."""
ROUNDS = 2
"""How often something is left out before nothing is shown at all."""
SHORTEST_STAY, LONGEST_STAY = 3600.0, 4 * 3600.0
"""Seconds of life after which everything is tried again; each time it was in vain it is twice as long."""


class Start(Value, frozen=True):
    boot: str
    """The kernel's name for this run of the machine."""
    at: float
    """Seconds since it began."""


class Starts(Value, frozen=True):
    """`player/starts.json`."""

    programme: str = ""
    """Which one all this is about: another one is tried in full."""
    crashed: tuple[Start, ...] = ()
    """In a row, the oldest first."""
    running: Start | None = None
    """Of which nobody knows yet what becomes of it."""
    left_out: tuple[ContentId, ...] = ()
    rounds: int = 0
    is_plain: bool = False
    """No programme at all, and nothing of it is even read."""
    times: int = 0
    """How often this programme has led here."""

    @property
    def is_safe(self) -> bool:
        return self.is_plain or bool(self.left_out)


def begun(before: Starts, now: Start, programme: str, open_then: Collection[ContentId]) -> Starts:
    """The player starts. `open_then`: what was on the glass or about to be when the last one ended."""
    if programme != before.programme:
        return Starts(programme, running=now)
    last = before.running
    if last is None or last.boot != now.boot:
        return replace(before, running=now)
    recent = (start for start in (*before.crashed, last) if start.boot != now.boot or now.at - start.at < WINDOW)
    crashed = tuple(recent)[-STARTS:]
    after = replace(before, crashed=crashed, running=now)
    if len(crashed) < STARTS and not before.is_safe:
        return after
    return _safer(replace(after, times=after.times + (not before.is_safe)), open_then)


def _safer(starts: Starts, open_then: Collection[ContentId]) -> Starts:
    suspects = tuple(content for content in open_then if content not in starts.left_out)
    if not suspects or starts.rounds == ROUNDS:
        return replace(starts, is_plain=True)
    return replace(starts, left_out=starts.left_out + suspects, rounds=starts.rounds + 1)


def ended(before: Starts) -> Starts:
    """In order, because somebody wanted it."""
    return replace(before, running=None)


def lasted(before: Starts) -> Starts:
    return replace(before, crashed=(), running=None)


def left(before: Starts) -> Starts:
    """Everything is tried again."""
    return replace(before, left_out=(), rounds=0, is_plain=False)


def stay(starts: Starts) -> float:
    """Seconds of life in the safe mode before it is left."""
    return min(LONGEST_STAY, SHORTEST_STAY * 2.0 ** max(0, starts.times - 1))
