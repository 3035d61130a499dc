"""Ending the lines of screens that fell silent, so that nobody is shown online for longer than 60 s after."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cloud.background import in_background
from cloud.services import Cloud

EVERY_S = 5.0


def sweep(cloud: Cloud) -> None:
    """Closes them; their handler says the rest (`cloud.realtime.device`)."""
    for device_id, line_id in cloud.presence.silent():
        cloud.hub.close_line(device_id, line_id, "silent")


@asynccontextmanager
async def sweeping(cloud: Cloud) -> AsyncIterator[None]:
    async def turn() -> None:
        await asyncio.sleep(EVERY_S)
        sweep(cloud)

    async with in_background(turn, "looking for silent screens"):
        yield
