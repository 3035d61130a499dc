"""When screens were seen is gathered in memory and written in one go."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from cloud.db.unit import Event, Told
from cloud.device.seen import TOLD_AT_ONCE, Seen, Sighting
from cloud.publishing.progress import Sent
from cloud.realtime.hub import QUEUE, Hub
from cloud.realtime.relay import LocalRelay
from cloud.services import Cloud
from tests.fakes.clock import FakeClock
from vizora.identifiers import DeviceId, OrganizationId

SCREEN, NOBODY = DeviceId("screen"), Hub()


class SlowDatabase:
    """Takes what is written when the test lets it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.fault: Exception | None = None
        self.written = 0
        self.progress: list[Event] = []

    async def write(self, _: Callable[[Any], Any]) -> list[Event]:
        self.asked.set()
        await self.go.wait()
        if self.fault is not None:
            raise self.fault
        self.written += 1
        return self.progress


def seen_with(database: SlowDatabase, hub: Hub = NOBODY, told_at_once: int = TOLD_AT_ONCE) -> Seen:
    relay = LocalRelay()

    def tell(told: Told) -> None:
        for event in told.events:
            hub.to_organization(event.organization_id, event.type, event.data)

    relay.listeners.append(tell)
    cloud = SimpleNamespace(write=database.write, clock=FakeClock(), relay=relay)
    return Seen(cast("Cloud", cloud), told_at_once=told_at_once)


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


NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=1)
REPORT, NEWER, SENT = msgspec.Raw(b'{"manifestVersion":7}'), msgspec.Raw(b"{}"), Sent(7, NOON)


@pytest.mark.parametrize(
    ("earlier", "later", "both"),
    [
        (None, Sighting(LATER), Sighting(LATER)),
        (Sighting(NOON, REPORT, SENT), Sighting(LATER), Sighting(LATER, REPORT, SENT)),
        (Sighting(NOON, REPORT), Sighting(LATER, None, SENT), Sighting(LATER, REPORT, SENT)),
        (Sighting(NOON, REPORT, SENT), Sighting(LATER, NEWER, Sent(8, LATER)),
         Sighting(LATER, NEWER, Sent(8, LATER))),
    ],
)  # fmt: skip
def test_what_was_not_written_yet_is_not_lost_by_what_comes_after(
    earlier: Sighting | None, later: Sighting, both: Sighting
) -> None:
    assert later.after(earlier) == both


@pytest.mark.parametrize("told_at_once", [TOLD_AT_ONCE, 10 * QUEUE])
def test_people_hear_of_thousands_of_steps_and_only_the_broken_twin_overruns_them(told_at_once: int) -> None:
    organization = OrganizationId("organization")

    async def story(database: SlowDatabase) -> None:
        hub, heard = Hub(), list[bytes]()
        database.go.set()
        database.progress = [Event(organization, "publish:progress", {"deviceId": str(n)}) for n in range(10 * QUEUE)]
        seen = seen_with(database, hub, told_at_once)

        async def listen() -> str:
            with hub.organization(organization) as line:
                while (message := await line.get()) is not None:
                    heard.append(message)
                    if len(heard) == 10 * QUEUE:
                        break
                return line.reason

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0)
        seen.mark(SCREEN, sent=7)
        await seen.flush()

        assert (await listening == "") is (told_at_once == TOLD_AT_ONCE)

    run(story)
