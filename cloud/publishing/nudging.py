"""After every commit that may touch screens: find those that are to play something else now, and nudge them.

Nothing is written for them before. A screen comes for its manifest as soon as it hears of it, and it is then that the
manifest is made, for all together that come at the same time (`cloud.publishing.renewing`): whatever was committed
until then is in it, so a version that was told is never older than what is fetched.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import select

from cloud.background import in_background
from cloud.db import tables
from cloud.db.unit import Told, Unit
from cloud.publishing.issuing import Due, Plan, plan, unchanged
from cloud.services import Cloud
from vizora.identifiers import DeviceId, OrganizationId

AT_ONCE = 2500
"""Screens that are looked at in one transaction."""


class Nudger:
    """Only screens that are connected are nudged; the others ask when they come back."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._due: set[OrganizationId] = set()
        self._missed = False
        self._news = asyncio.Event()
        cloud.after_commit.append(self._hear)

    def _hear(self, told: Told) -> None:
        self._due |= told.organizations
        self._missed = self._missed or told.missed
        if self._due or self._missed:
            self._news.set()

    async def turn(self) -> None:
        await self._news.wait()
        self._news.clear()
        if self._missed:
            self._due |= await self._all()
            self._missed = False
        while self._due:
            organization_id = self._due.pop()
            try:
                await self._nudge(organization_id)
            except Exception:
                self._due.add(organization_id)  # for the next turn
                self._news.set()
                raise

    async def _all(self) -> set[OrganizationId]:
        """Those whose screens are connected here: any of them may have changed while nobody told us."""
        devices, connected = tables.devices, self._cloud.hub.connected()
        mine = select(devices.c.organization_id).where(devices.c.id.in_(connected)).distinct()
        return await self._cloud.read(lambda unit: set(unit.connection.scalars(mine)))

    async def _nudge(self, organization_id: OrganizationId) -> None:
        """Some at a time, so that the first screens hear of it while the last ones are still being looked at. Only
        then is written down whose manifest stays; those that change are written when their screens come for them."""
        hub = self._cloud.hub
        connected, staying = hub.connected(), list[Plan]()
        if connected:
            connected &= await self._cloud.read(_screens, organization_id)
        for some in batches(sorted(connected), AT_ONCE):
            planned = await self._cloud.read(partial(plan, device_ids=some), organization_id)
            for version, screens in _by_version(planned.due).items():
                hub.to_devices(screens, "manifest:changed", {"version": version})
            if planned.same:
                staying.append(planned)
        for planned in staying:
            await self._cloud.write(partial(unchanged, planned=planned), organization_id)


def _screens(unit: Unit) -> set[DeviceId]:
    return set(unit.connection.scalars(unit.select(tables.devices, tables.devices.c.id)))


def _by_version(planned: Sequence[Due]) -> dict[int, list[DeviceId]]:
    found: dict[int, list[DeviceId]] = defaultdict(list)
    for due in planned:
        found[due.version].append(DeviceId(due.device_id))
    return found


def batches(screens: Sequence[DeviceId], size: int) -> Iterator[Sequence[DeviceId]]:
    return (screens[start : start + size] for start in range(0, len(screens), size))


@asynccontextmanager
async def nudging(cloud: Cloud) -> AsyncIterator[None]:
    async with in_background(Nudger(cloud).turn, "nudging screens"):
        yield
