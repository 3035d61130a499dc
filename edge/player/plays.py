"""From what is in front to proofs of play. Pure: a play is what was really on the glass, for as long as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.player.show.sequencer import Slot
from vizora.identifiers import BootId
from vizora.plays import Play
from vizora.schedule.model import ClockTrust

CORRECTION = timedelta(seconds=0.5)
"""By how much the wall clock may be corrected during a play that is complete all the same."""


@dataclass(frozen=True, slots=True)
class Running:
    slot: Slot
    started_at: datetime
    mono: float
    clock: ClockTrust


class PlayCounter:
    """Told after each presented frame what it showed; answers the plays that ended with it."""

    def __init__(self, boot_id: BootId) -> None:
        self._boot_id = boot_id
        self._n = 0
        self._running: dict[tuple[object, ...], Running] = {}

    @property
    def running(self) -> tuple[Running, ...]:
        return tuple(self._running.values())

    def presented(self, shown: Sequence[Slot], now: datetime, mono: float, clock: ClockTrust) -> list[Play]:
        keys = {slot.key for slot in shown}
        ended = [self._end(key, now, mono) for key in list(self._running) if key not in keys]
        for slot in shown:
            if slot.key not in self._running:
                self._running[slot.key] = Running(slot, now, mono, clock)
        return ended

    def stopped(self, now: datetime, mono: float) -> list[Play]:
        """The player ends: what was on is cut off."""
        return self.presented((), now, mono, ClockTrust.UNTRUSTED)

    def _end(self, key: tuple[object, ...], now: datetime, mono: float) -> Play:
        running = self._running.pop(key)
        answer = running.slot.answer
        play = Play(
            boot_id=self._boot_id,
            n=self._n,
            item_id=answer.item_id,
            content_id=answer.content_id,
            playlist_id=answer.playlist_id,
            schedule_id=running.slot.schedule_id,
            started_at=running.started_at,
            duration_ms=round((mono - running.mono) * 1000),
            completed=now >= answer.ends_at and _would_be_over(running, mono),
            clock=running.clock,
        )
        self._n += 1
        return play


def _would_be_over(running: Running, mono: float) -> bool:
    """Whether it reached its end also by the clock nobody sets: a year's step forward completes nothing."""
    ended = running.started_at + timedelta(seconds=mono - running.mono)
    return ended >= running.slot.answer.ends_at - CORRECTION
