"""A screen without glass: follows the evaluator as the player does, and says and records what would be shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from edge.clock import Clock
from edge.clock.readings import ClockReadings
from edge.files import write_at_once
from edge.paths import DevicePaths
from edge.player.following import Follower
from edge.player.journal import Journal
from edge.player.plays import PlayCounter
from edge.player.show.sequencer import Programme, Sequencer, Slot
from edge.player.status import REWRITE_AFTER, Status
from edge.status import Problem
from vizora.identifiers import BootId


@dataclass(frozen=True, slots=True)
class Shown:
    """An item that came on. `duration_ms` is its planned length."""

    title: str
    type: str
    started_at: datetime
    duration_ms: int


class Screen:
    def __init__(self, paths: DevicePaths, clock: Clock, boot_id: BootId, sync_ms: int) -> None:
        self._paths = paths
        self._clock = clock
        self._readings = ClockReadings(clock, paths)
        self._boot_id = boot_id
        self._sync_s = sync_ms / 1000
        self._follower = Follower(paths, clock.now)
        self._counter = PlayCounter(boot_id)
        self._journal = Journal(paths.plays, boot_id)
        self._sequencer: Sequencer | None = None
        self._programme: Programme | None = None
        self._synced_at = self._written_at = float("-inf")
        self._settled: Status | None = None

    def step(self) -> Iterator[Shown]:
        """Looks at what the other processes left and at the clock; answers what came on since the last step."""
        now, mono = self._clock.now(), self._clock.monotonic()
        outlook = self._follower.look()
        sequencer = outlook.sequencer
        trust = self._readings.trust(sequencer.manifest.issued_at if sequencer is not None else None)
        if sequencer is None:
            self._programme = None
        elif sequencer is not self._sequencer or self._programme is None or not self._programme.holds(now):
            self._programme = sequencer.programme(now, trust, outlook.missing)
        self._sequencer = sequencer
        slots = self._programme.slots if self._programme is not None else ()
        before = {running.slot.key for running in self._counter.running}
        for play in self._counter.presented(slots, now, mono, trust):
            self._journal.add(play)
        self._record(mono)
        status = Status(
            boot_id=self._boot_id,
            pid=0,
            answer=self._programme.answer if self._programme is not None else None,
            running=self._counter.running,
            card=outlook.card(now),
            started=True,
            problem=Problem("VZ-112", self._journal.problem) if self._journal.problem else None,
            unplayable=outlook.missing,
            clock=trust,
            plays_waiting=self._journal.unrecorded,
            frames=0,
            held_ms=0,
        )
        self._say(status, now, mono)
        return (_shown(slot) for slot in slots if slot.key not in before)

    def stop(self) -> None:
        """What is on is cut off, and recorded."""
        for play in self._counter.stopped(self._clock.now(), self._clock.monotonic()):
            self._journal.add(play)
        self._journal.close()

    def _record(self, mono: float) -> None:
        if self._journal.unrecorded and self._journal.write() and mono - self._synced_at >= self._sync_s:
            self._journal.sync()
            self._synced_at = mono

    def _say(self, status: Status, now: datetime, mono: float) -> None:
        settled = status.settled()
        if settled == self._settled and mono - self._written_at < REWRITE_AFTER:
            return
        self._paths.run.mkdir(parents=True, exist_ok=True)
        write_at_once(self._paths.player_status, msgspec.json.encode(status.document(now)))
        self._settled, self._written_at = settled, mono


def _shown(slot: Slot) -> Shown:
    length = slot.answer.ends_at - slot.answer.started_at
    return Shown(slot.asset.title, slot.asset.type, slot.answer.started_at, round(length.total_seconds() * 1000))
