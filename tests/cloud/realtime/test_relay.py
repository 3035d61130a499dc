"""What the relay promises: the same tests on one process and on two with Redis between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import pytest

from cloud.db.unit import Event, Told
from cloud.realtime.redis_relay import RedisRelay, check
from cloud.realtime.relay import LocalRelay, Relay
from tests.free_port import free_port
from tests.servers.redis import redis_server
from vizora.errors import OperatorError
from vizora.identifiers import OrganizationId

PATIENCE_S = 60.0
EVERYTHING = Told(
    events=[Event(OrganizationId("o"), "device:now", {"deviceId": "d", "currentContent": None})],
    organizations={OrganizationId("o"), OrganizationId("p")},
    topics=["pairing:1"],
    revoked_users=["u"],
    revoked_devices=["d"],
    commanded=["e"],
)


@pytest.fixture(params=["one process", "redis"])
def url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "one process" else str(request.getfixturevalue("redis_url"))


@asynccontextmanager
async def ends(url: str | None) -> AsyncIterator[tuple[Relay, Relay]]:
    """Where something is said, and where it is to be heard."""
    if url is None:
        relay = LocalRelay()
        yield relay, relay
        return
    async with AsyncExitStack() as stack:
        here, there = RedisRelay(url), RedisRelay(url)
        for one in (here, there):
            await stack.enter_async_context(one.running())
            await asyncio.wait_for(one.subscribed.wait(), PATIENCE_S)
        yield here, there


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.01)


def run(act: Callable[[], Awaitable[None]]) -> None:
    async def live() -> None:
        await act()

    asyncio.run(live())


def test_what_is_sent_arrives_whole_and_once_at_both_ends(url: str | None) -> None:
    async def act() -> None:
        async with ends(url) as (here, there):
            near, far = list[Told](), list[Told]()
            here.listeners.append(near.append)
            there.listeners.append(far.append)
            here.send(EVERYTHING)
            assert near[0] == EVERYTHING  # at once
            here.send(Told(topics=["the last"]))
            await until(lambda: far[-1:] == [Told(topics=["the last"])])
            assert near == far == [EVERYTHING, Told(topics=["the last"])]

    run(act)


def test_the_order_stays(url: str | None) -> None:
    async def act() -> None:
        async with ends(url) as (here, there):
            heard: list[str] = []
            there.listeners.append(lambda told: heard.extend(told.topics))
            for n in range(1000):
                here.send(Told(topics=[str(n)]))
            await until(lambda: len(heard) == 1000)
            assert heard == [str(n) for n in range(1000)]

    run(act)


def test_an_event_with_a_time_in_it_is_told_as_json_tells_it(url: str | None) -> None:
    async def act() -> None:
        async with ends(url) as (here, there):
            heard: list[Told] = []
            there.listeners.append(heard.append)
            here.send(Told(events=[Event(OrganizationId("o"), "x", {"at": datetime(2026, 1, 1, tzinfo=UTC)})]))
            await until(lambda: bool(heard))

    run(act)


def test_a_restart_of_redis_loses_no_word_for_long() -> None:
    """Who was deaf meanwhile is told so; what could not be sent meanwhile is sent."""

    async def act() -> None:
        with redis_server() as url:
            port = int(url.rpartition(":")[2])
            stack = AsyncExitStack()
            here, there = await stack.enter_async_context(ends(url))
            heard: list[Told] = []
            there.listeners.append(heard.append)
        await until(lambda: isinstance(there, RedisRelay) and not there.subscribed.is_set())
        here.send(Told(topics=["while it was away"]))
        with redis_server(port):
            await until(lambda: Told(missed=True) in heard)
            here.send(Told(topics=["after"]))
            await until(lambda: any("after" in told.topics for told in heard))
            await stack.aclose()

    run(act)


def test_a_message_of_another_version_is_passed_over(redis_url: str) -> None:
    async def act() -> None:
        async with ends(redis_url) as (here, there):
            heard: list[Told] = []
            there.listeners.append(heard.append)
            assert isinstance(here, RedisRelay)
            await here._client.publish(here._channel, b"{}")
            here.send(Told(topics=["x"]))
            await until(lambda: bool(heard))

    run(act)


def test_two_databases_of_one_redis_are_two_clouds(redis_url: str) -> None:
    assert RedisRelay(redis_url)._channel != RedisRelay(f"{redis_url}/1")._channel


def test_no_redis_at_the_start_is_told_by_its_variable() -> None:
    with pytest.raises(OperatorError, match="REDIS_URL"):
        check(f"redis://127.0.0.1:{free_port()}")
