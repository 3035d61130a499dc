"""When a process looks for garbage: what reference counts free needs no looking for, and that is nearly all."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count

from cloud.background import in_background

EVERY_S = 10.0
WHOLE_EVERY = 24 * 60 * 6
"""Looks: once a day at everything."""
NEVER = 1_000_000_000


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is looked for inside of the block, and none among what came into being in it until a whole look.

    It is there to stay: to look through it again and again is a tenth of a start.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()


@asynccontextmanager
async def looked_through(*, every_s: float = EVERY_S, whole_every: int = WHOLE_EVERY) -> AsyncIterator[None]:
    """Inside of the block the young are looked through as ever, and those that outlived it once, every `every_s`.

    Left to itself Python goes through all there is whenever a quarter has been added. With ten thousand lines open
    that takes half a second in which nothing else is done, most probably just when a publication goes out to them.
    """
    usual = gc.get_threshold()
    looks = count(1)

    async def turn() -> None:
        await asyncio.sleep(every_s)
        look(whole=next(looks) % whole_every == 0)

    gc.set_threshold(*usual[:2], NEVER)
    try:
        async with in_background(turn, "looking for garbage"):
            yield
    finally:
        gc.set_threshold(*usual)


def look(*, whole: bool) -> None:
    """Frees garbage among what came since the last look, or among all there is, and spares what is left until then."""
    if whole:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
