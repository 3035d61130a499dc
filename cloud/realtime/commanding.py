"""Bringing a new command to a screen that is connected, at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from cloud.background import in_background
from cloud.db import tables
from cloud.db.unit import Told, Unit
from cloud.screens.commands import deliver
from cloud.services import Cloud
from vizora.identifiers import DeviceId


@asynccontextmanager
async def commanding(cloud: Cloud) -> AsyncIterator[None]:
    due: asyncio.Queue[DeviceId] = asyncio.Queue()

    def hear(told: Told) -> None:
        for device_id in told.commanded:
            due.put_nowait(DeviceId(device_id))

    async def turn() -> None:
        device_id = await due.get()
        if device_id in cloud.hub.connected():
            for command in await cloud.write(lambda unit: _deliver(unit, device_id)):
                cloud.hub.to_device(device_id, "command", command)

    cloud.after_commit.append(hear)
    try:
        async with in_background(turn, "bringing commands"):
            yield
    finally:
        cloud.after_commit.remove(hear)


def _deliver(unit: Unit, device_id: DeviceId) -> list[dict[str, object]]:
    devices = tables.devices
    organization_id = unit.connection.scalar(select(devices.c.organization_id).where(devices.c.id == device_id))
    return deliver(unit.within(organization_id), device_id) if organization_id else []
