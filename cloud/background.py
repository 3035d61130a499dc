"""Work that goes on beside the requests, and that no fault ends."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

log = logging.getLogger("vizora.cloud")
PAUSE_S = 1.0
CANCEL_AGAIN_S = 0.2


@asynccontextmanager
async def in_background(
    turn: Callable[[], Awaitable[None]], what: str, *, pause_s: float = PAUSE_S
) -> AsyncIterator[None]:
    """Takes one turn after the other until the block is left. One that fails is told; after a pause comes the next."""
    task = asyncio.create_task(_turns(turn, what, pause_s))
    try:
        yield
    finally:
        await end(task)


async def end(task: asyncio.Task[None]) -> None:
    """Cancels until it has ended: a library that was just giving up by itself may swallow the first cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_AGAIN_S)


async def _turns(turn: Callable[[], Awaitable[None]], what: str, pause_s: float) -> None:
    while True:
        try:
            await turn()
        except Exception:
            log.exception("%s: going on", what)
            await asyncio.sleep(pause_s)
