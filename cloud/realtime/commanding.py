"""Bringing commands to the screens that are connected: a new one at once, what that did not bring with a heartbeat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select

from cloud.background import in_background
from cloud.db import tables
from cloud.db.unit import Told, Unit
from cloud.screens.commands import deliver
from cloud.services import Cloud
from vizora.identifiers import DeviceId


class Commanded:
    """Connected screens for which something may be waiting. Nobody else is looked up at each of their heartbeats."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._screens: set[DeviceId] = set()
        self._new: asyncio.Queue[DeviceId] = asyncio.Queue()
        cloud.after_commit.append(self._hear)

    def waits(self, device_id: DeviceId) -> bool:
        """Whether the screen is one of them, which it stays."""
        return device_id in self._screens

    def take(self, device_id: DeviceId) -> bool:
        """Whether the screen is one of them; whoever asks looks for its commands."""
        if device_id not in self._screens:
            return False
        self._screens.discard(device_id)
        return True

    async def turn(self) -> None:
        device_id = await self._new.get()
        if self.take(device_id) and self._cloud.hub.is_connected(device_id):
            try:
                commands = await self._cloud.write(lambda unit: _deliver(unit, device_id))
            except BaseException:
                self._screens.add(device_id)  # for its next heartbeat
                raise
            for command in commands:
                self._cloud.hub.to_device(device_id, "command", command)

    def _hear(self, told: Told) -> None:
        hub = self._cloud.hub
        if told.missed:
            self._screens |= hub.connected()
        for device_id in map(DeviceId, told.commanded):
            if hub.is_connected(device_id):
                self._screens.add(device_id)
                self._new.put_nowait(device_id)


@asynccontextmanager
async def commanding(cloud: Cloud) -> AsyncIterator[None]:
    async with in_background(cloud.part(Commanded).turn, "bringing commands"):
        yield


def _deliver(unit: Unit, device_id: DeviceId) -> list[dict[str, Any]]:
    devices = tables.devices
    organization_id = unit.connection.scalar(select(devices.c.organization_id).where(devices.c.id == device_id))
    return deliver(unit.within(organization_id), device_id) if organization_id else []
