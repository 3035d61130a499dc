"""When screens were seen is gathered in memory and written in one go."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cloud.device.seen import Seen
from cloud.services import Cloud
from tests.fakes.clock import FakeClock
from vizora.identifiers import DeviceId

SCREEN = DeviceId("screen")


class SlowDatabase:
    """Takes what is written when the test lets it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.fault: Exception | None = None
        self.written = 0

    async def write(self, work: Callable[[Any], Any]) -> None:
        self.asked.set()
        await self.go.wait()
        if self.fault is not None:
            raise self.fault
        self.written += 1


def seen_with(database: SlowDatabase) -> Seen:
    return Seen(cast("Cloud", SimpleNamespace(write=database.write, clock=FakeClock())))


def run(story: Callable[[SlowDatabase], Awaitable[None]]) -> None:
    async def tell() -> None:
        await story(SlowDatabase())

    asyncio.run(tell())


def test_a_flush_returns_when_what_was_marked_before_is_written_also_by_an_earlier_one() -> None:
    async def story(database: SlowDatabase) -> None:
        seen = seen_with(database)
        seen.mark(SCREEN)
        earlier = asyncio.create_task(seen.flush())
        await database.asked.wait()
        later = asyncio.create_task(seen.flush())
        done, _ = await asyncio.wait({later}, timeout=0.01)
        assert not done

        database.go.set()
        await later
        assert earlier.done()
        assert database.written == 1

    run(story)


def test_what_could_not_be_written_is_written_the_next_time() -> None:
    async def story(database: SlowDatabase) -> None:
        seen = seen_with(database)
        database.go.set()
        database.fault = OSError("the disk is full")
        seen.mark(SCREEN)
        with pytest.raises(OSError, match="disk is full"):
            await seen.flush()

        database.fault = None
        await seen.flush()
        assert database.written == 1
        await seen.flush()
        assert database.written == 1, "nothing is new any more"

    run(story)
