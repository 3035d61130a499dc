"""What rates promise: the same tests on one process's memory and on Redis with two processes."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.addresses import network
from cloud.limits.rates import MemoryRates, Rate, Rates
from cloud.limits.redis_rates import RedisRates
from tests.free_port import free_port

RATE = Rate(per_second=2, burst=5)
PATIENCE_S = 60.0
CALLERS = map("caller {}".format, itertools.count())


@dataclass
class World:
    """Time, which only the test moves, and the Redis server (none: memory)."""

    url: str | None = None
    kind: type[RedisRates] = RedisRates
    now: float = 1_000.0

    @asynccontextmanager
    async def processes(self) -> AsyncIterator[list[Rates]]:
        """Two that share Redis, or the only one, twice."""
        if self.url is None:
            yield [MemoryRates()] * 2
            return
        both = [
            self.kind(self.url, lambda: self.now, timeout_s=PATIENCE_S, now_us=lambda: round(self.now * 1e6))
            for _ in range(2)
        ]
        yield [*both]
        for one in both:
            await one.close()

    def run(self, act: Callable[[Callable[..., Awaitable[float]]], Awaitable[None]]) -> None:
        """`act` gets a function that takes one call, of a caller of its own, at one process and then the other."""
        caller = next(CALLERS)

        async def live() -> None:
            async with self.processes() as processes:
                turns = itertools.cycle(processes)

                async def take(key: str = caller) -> float:
                    return await next(turns).wait(key, RATE, self.now)

                await act(take)

        asyncio.run(live())


@pytest.fixture(params=["memory", "redis"])
def world(request: pytest.FixtureRequest) -> World:
    return World(None if request.param == "memory" else request.getfixturevalue("redis_url"))


Take = Callable[..., Awaitable[float]]


def test_a_burst_is_allowed_and_then_the_rate(world: World) -> None:
    async def act(take: Take) -> None:
        first = [await take() for _ in range(6)]
        world.now += 0.49
        early = await take()
        world.now += 0.01
        assert first == [0, 0, 0, 0, 0, pytest.approx(0.5)]
        assert early == pytest.approx(0.01)
        assert (await take()) == 0
        assert (await take()) > 0

    world.run(act)


def test_everybody_has_their_own(world: World) -> None:
    async def act(take: Take) -> None:
        for _ in range(6):
            await take()
        assert await take(next(CALLERS)) == 0

    world.run(act)


def test_who_keeps_trying_does_not_wait_longer(world: World) -> None:
    async def act(take: Take) -> None:
        waits = [await take() for _ in range(50)]
        assert set(waits[5:]) == {waits[5]}

    world.run(act)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_stretch_of_time_sees_more_than_its_burst_and_rate(world: World, pauses: list[float]) -> None:
    taken = list[float]()

    async def act(take: Take) -> None:
        for pause in pauses:
            world.now += pause
            if await take() == 0:
                taken.append(world.now)

    world.run(act)

    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= RATE.burst + (taken[last] - taken[first]) * RATE.per_second + 1e-5


class LookThenWrite(RedisRates):
    """The broken twin: reads and writes in two steps, between which another process does the same."""

    async def wait(self, key: str, rate: Rate, at: float) -> float:
        due = float(await self._client.get(key) or at)
        if due + (1 - rate.burst) / rate.per_second > at:
            return 1.0
        await self._client.set(key, max(due, at) + 1 / rate.per_second)
        return 0.0


@pytest.mark.parametrize(("kind", "holds"), [(RedisRates, True), (LookThenWrite, False)])
def test_calls_at_the_same_time_at_two_processes_never_share_the_last_one(
    redis_url: str, kind: type[RedisRates], holds: bool
) -> None:
    async def act(take: Take) -> None:
        allowed = (await asyncio.gather(*(take() for _ in range(40)))).count(0.0)
        assert (allowed == RATE.burst) is holds

    World(redis_url, kind).run(act)


def test_by_redis_own_clock_a_burst_is_a_burst(redis_url: str) -> None:
    async def live() -> None:
        rates = RedisRates(redis_url, lambda: 0.0, timeout_s=PATIENCE_S)
        rare = Rate(per_second=1 / 3600, burst=3)
        key = next(CALLERS)
        waits = [await rates.wait(key, rare, 0.0) for _ in range(4)]
        await rates.close()
        assert waits[:3] == [0, 0, 0]
        assert 0 < waits[3] <= 3600

    asyncio.run(live())


def test_while_redis_is_away_each_process_counts_by_itself_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    world = World(f"redis://127.0.0.1:{free_port()}")

    async def act(take: Take) -> None:
        waits = [await take() for _ in range(14)]  # seven at each of two
        assert waits.count(0) == 2 * RATE.burst

    with caplog.at_level(logging.WARNING):
        world.run(act)

    assert caplog.text.count("counts calls by itself") == 2


def test_what_is_long_over_is_forgotten() -> None:
    async def live() -> None:
        rates = MemoryRates(most=10)
        for number in range(10):
            await rates.wait(str(number), RATE, 0.0)
        await rates.wait("new", RATE, 100.0)
        assert list(rates._due) == ["new"]

    asyncio.run(live())


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("testclient", "testclient"), ("", ""),
    ],
)  # fmt: skip
def test_addresses_of_one_line_count_together(ip: str, expected: str) -> None:
    assert network(ip) == expected
