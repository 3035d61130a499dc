"""What is looked after beside the lines themselves: screens that fell silent are ended, so that nobody is shown online
for longer than 60 s after, and those whose token was revoked while nobody told us; screens that are two are told of."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from sqlalchemy import select

from cloud.background import in_background
from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Unit
from cloud.screens.copies import alarm
from cloud.services import Cloud

log = logging.getLogger("vizora.cloud")

EVERY_S = 5.0
COPIES_EVERY_S = 1.0


def sweep(cloud: Cloud, due: float) -> None:
    """Closes them; their handler says the rest (`cloud.realtime.device`).

    `due`: when this look was to be, in the clock's monotonic seconds. One that comes much later means that this process
    stood still. What its screens said meanwhile then waits to be read, and nobody was silent: the next look will tell.
    """
    if cloud.clock.monotonic() - due >= EVERY_S:
        log.warning("this process stood still for a while: screens are not held to what was not read")
        return
    for device_id, line_id in cloud.presence.silent():
        cloud.hub.close_silent(device_id, line_id)


async def tell_of_copies(cloud: Cloud) -> None:
    for device_id in cloud.presence.doubled():
        if await cloud.write(partial(alarm, device_id=device_id)):
            log.warning("two devices say they are screen %s", device_id)


async def recheck(cloud: Cloud) -> None:
    """A revocation is told at once, to all processes; this is for one that was not heard, or made past the cloud."""
    lines = cloud.hub.tokens()
    if not lines:
        return
    good = await cloud.read(lambda unit: _good(unit, lines))
    for token_id, line in lines.items():
        if token_id not in good:
            line.close("revoked")


def _good(unit: Unit, token_ids: Collection[str]) -> set[str]:
    tokens = tables.device_tokens
    good = (among(unit, tokens.c.id, token_ids), tokens.c.revoked_at.is_(None), tokens.c.expires_at > unit.now)
    return set(unit.connection.scalars(select(tokens.c.id).where(*good)))


@asynccontextmanager
async def sweeping(cloud: Cloud) -> AsyncIterator[None]:
    async def look_for_silence() -> None:
        due = cloud.clock.monotonic() + EVERY_S
        await asyncio.sleep(EVERY_S)
        sweep(cloud, due)

    async def look_for_copies() -> None:
        await asyncio.sleep(COPIES_EVERY_S)
        await tell_of_copies(cloud)

    async def look_at_tokens() -> None:
        await asyncio.sleep(cloud.config.recheck_s)
        await recheck(cloud)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(in_background(look_for_silence, "looking for silent screens"))
        await stack.enter_async_context(in_background(look_for_copies, "looking for copied screens"))
        await stack.enter_async_context(in_background(look_at_tokens, "looking at the tokens of open lines"))
        yield
