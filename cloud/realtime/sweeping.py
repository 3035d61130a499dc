"""Ending the lines of screens that fell silent, so that nobody is shown online for longer than 60 s after; and telling
of screens that turned out to be two."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from cloud.background import in_background
from cloud.screens.copies import alarm
from cloud.services import Cloud

log = logging.getLogger("vizora.cloud")

EVERY_S = 5.0
COPIES_EVERY_S = 1.0


def sweep(cloud: Cloud) -> None:
    """Closes them; their handler says the rest (`cloud.realtime.device`)."""
    for device_id, line_id in cloud.presence.silent():
        cloud.hub.close_line(device_id, line_id, "silent")


async def tell_of_copies(cloud: Cloud) -> None:
    for device_id in cloud.presence.doubled():
        if await cloud.write(partial(alarm, device_id=device_id)):
            log.warning("two devices say they are screen %s", device_id)


@asynccontextmanager
async def sweeping(cloud: Cloud) -> AsyncIterator[None]:
    async def turn() -> None:
        await asyncio.sleep(EVERY_S)
        sweep(cloud)

    async def look_for_copies() -> None:
        await asyncio.sleep(COPIES_EVERY_S)
        await tell_of_copies(cloud)

    async with (
        in_background(turn, "looking for silent screens"),
        in_background(look_for_copies, "looking for copied screens"),
    ):
        yield
