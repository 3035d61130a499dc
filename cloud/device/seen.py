"""What screens were heard of and reported, gathered in memory and written in one go every second.

Ten thousand screens that beat every 15 s would else be seven hundred transactions a second.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from cloud.analytics.presence_log import note_sightings
from cloud.background import in_background
from cloud.db.unit import Event, Told, Unit
from cloud.device.reports import Position, Report
from cloud.publishing.progress import Sent, mark_sent
from cloud.realtime.hub import QUEUE
from cloud.services import Cloud
from vizora.identifiers import DeviceId

EVERY_S = 1.0
TOLD_AT_ONCE = QUEUE // 2
"""Steps of publications that people hear of in one go: less than their lines hold."""
TAKEN_S = 0.001
"""What the loop has then to bring them to those who listen."""


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """Nothing in it is looked through for garbage: thousands come into being every second, and live for one."""

    at: datetime
    report: msgspec.Raw | None = None
    """A `Report`, as it is kept."""
    sent: Sent | None = None
    """The manifest it fetched."""

    def after(self, earlier: "Sighting | None") -> "Sighting":
        """Both in one."""
        if earlier is None:
            return self
        return Sighting(self.at, self.report or earlier.report, self.sent or earlier.sent)


class Seen:
    def __init__(self, cloud: Cloud, *, told_at_once: int = TOLD_AT_ONCE) -> None:
        self._cloud = cloud
        self._told_at_once = told_at_once
        self._new: dict[DeviceId, Sighting] = {}
        self._positions: dict[DeviceId, Position] = {}
        self._lock = threading.Lock()
        """Handlers mark from their threads while the loop takes what was gathered."""
        self._writing = asyncio.Lock()

    def position(self, device_id: DeviceId) -> Position | None:
        """Where the screen stood with its newest report that this process heard."""
        return self._positions.get(device_id)

    def place(self, device_id: DeviceId, position: Position) -> None:
        self._positions[device_id] = position

    def mark(self, device_id: DeviceId, report: Report | None = None, *, sent: int | None = None) -> None:
        """`sent`: the version of the manifest it is about to get."""
        at = self._cloud.clock.now()
        kept = None if report is None else msgspec.Raw(msgspec.json.encode(report))
        sighting = Sighting(at, kept, None if sent is None else Sent(sent, at))
        with self._lock:
            self._new[device_id] = sighting.after(self._new.get(device_id))

    def forget(self, device_id: DeviceId) -> None:
        """The screen's line ended."""
        self._positions.pop(device_id, None)

    async def flush(self) -> None:
        """Writes what is new, and returns when all that was marked before is written.

        When it fails it is kept for the next time, under whatever came since.
        """
        async with self._writing:
            with self._lock:
                new, self._new = self._new, {}
            if not new:
                return
            try:
                progress = await self._cloud.write(lambda unit: _store(unit, new))
            except BaseException:
                with self._lock:
                    later, self._new = self._new, new
                    self._new |= {id_: sighting.after(new.get(id_)) for id_, sighting in later.items()}
                raise
        for start in range(0, len(progress), self._told_at_once):
            self._cloud.relay.send(Told(events=progress[start : start + self._told_at_once]))
            await asyncio.sleep(TAKEN_S)

    async def turn(self) -> None:
        await asyncio.sleep(EVERY_S)
        await self.flush()


def _store(unit: Unit, new: Mapping[DeviceId, Sighting]) -> list[Event]:
    """How far publications have come with it."""
    reports: dict[str, msgspec.Raw] = {
        id_: sighting.report for id_, sighting in new.items() if sighting.report is not None
    }
    note_sightings(unit, {id_: sighting.at for id_, sighting in new.items()}, reports)
    sent: dict[str, Sent] = {id_: sighting.sent for id_, sighting in new.items() if sighting.sent is not None}
    return mark_sent(unit, sent) if sent else []


@asynccontextmanager
async def writing(cloud: Cloud) -> AsyncIterator[None]:
    """Writes on until the end, and a last time then."""
    seen = cloud.part(Seen)
    try:
        async with in_background(seen.turn, "writing when screens were seen"):
            yield
    finally:
        await seen.flush()
