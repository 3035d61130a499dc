"""What screens were heard of and reported, gathered in memory and written in one go every second.

Ten thousand screens that beat every 15 s would else be seven hundred transactions a second.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from cloud.analytics.presence_log import note_sightings
from cloud.background import in_background
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.device.reports import Position, Report
from cloud.services import Cloud
from vizora.identifiers import DeviceId

EVERY_S = 1.0


@dataclass(slots=True)
class Sighting:
    at: datetime
    report: Report | None = None


class Seen:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
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

    def mark(self, device_id: DeviceId, report: Report | None = None) -> None:
        with self._lock:
            earlier = self._new.get(device_id)
            if report is None and earlier is not None:
                report = earlier.report
            self._new[device_id] = Sighting(self._cloud.clock.now(), report)

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
                await self._cloud.write(lambda unit: _store(unit, new))
            except BaseException:
                with self._lock:
                    self._new = new | self._new
                raise

    async def turn(self) -> None:
        await asyncio.sleep(EVERY_S)
        await self.flush()


def _store(unit: Unit, new: Mapping[DeviceId, Sighting]) -> None:
    devices = tables.devices
    note_sightings(unit, {id_: sighting.at for id_, sighting in new.items()})
    reports: list[dict[str, Any]] = [
        {"device": id_, "report": sighting.report.stored()}
        for id_, sighting in new.items()
        if sighting.report is not None
    ]
    if reports:
        unit.connection.execute(
            update(devices).where(devices.c.id == bindparam("device")).values(last_report=bindparam("report")), reports
        )


@asynccontextmanager
async def writing(cloud: Cloud) -> AsyncIterator[None]:
    """Writes on until the end, and a last time then."""
    seen = cloud.part(Seen)
    try:
        async with in_background(seen.turn, "writing when screens were seen"):
            yield
    finally:
        await seen.flush()
