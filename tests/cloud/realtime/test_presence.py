"""What presence promises: the same tests on one process's memory and on Redis with two processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from cloud.config import SILENCE_S
from cloud.realtime.presence import UNKNOWN_S, LocalPresence, Presence, State
from cloud.realtime.redis_presence import GONE, STATE, RedisPresence
from tests.free_port import free_port
from vizora.identifiers import DeviceId

SCREEN = DeviceId("screen")


class Twin(Enum):
    """Broken on purpose."""

    BY_DEVICE = "an end takes the screen away, whichever line it was"
    TOO_LONG = "who was silent for just as long as may be is still online"


@dataclass
class World:
    """Time, which only the test moves, and the Redis server (none: memory)."""

    url: str | None = None
    now: float = 1_000.0
    twin: "Twin | None" = None
    opened: list[Presence] = field(default_factory=list)

    @asynccontextmanager
    async def processes(self) -> AsyncIterator[list[Presence]]:
        """One in memory, or two that share Redis."""
        async with AsyncExitStack() as stack:
            if self.url is None:
                yield [IN_MEMORY[self.twin](lambda: self.now, silence_s=SILENCE_S)]
                return
            with Redis.from_url(self.url) as server:
                server.flushall()
            shared = [await self.redis(stack) for _ in range(2)]
            yield list(shared)

    async def redis(self, stack: AsyncExitStack) -> RedisPresence:
        assert self.url is not None
        presence = RedisPresence(
            self.url, lambda: self.now, silence_s=SILENCE_S, timeout_s=PATIENCE_S, now_ms=lambda: int(self.now * 1000)
        )
        if self.twin is Twin.BY_DEVICE:
            presence._gone = presence._client.register_script(NAIVE)
        elif self.twin is Twin.TOO_LONG:
            presence._state = presence._asking.register_script(TOO_LONG)
        await stack.enter_async_context(presence.running())
        return presence


class ByDevice(LocalPresence):
    async def gone(self, device_id: DeviceId, line_id: str) -> bool:
        return self._beats.pop(device_id, None) is not None


class TooLong(LocalPresence):
    def is_online(self, device_id: DeviceId) -> bool:
        return any(self._monotonic() - beat <= SILENCE_S for beat in self._beats.get(device_id, {}).values())


IN_MEMORY = {None: LocalPresence, Twin.BY_DEVICE: ByDevice, Twin.TOO_LONG: TooLong}
PATIENCE_S = 60.0
"""For Redis, on a busy machine."""
NAIVE = GONE.replace("redis.call('ZREM', KEYS[1], ARGV[3])", "redis.call('DEL', KEYS[1])")
TOO_LONG = STATE.replace("local fresh = '(' .. ", "local fresh = ")


@pytest.fixture(params=["memory", "redis"])
def world(request: pytest.FixtureRequest) -> World:
    return World(None if request.param == "memory" else request.getfixturevalue("redis_url"))


async def tell(presence: Presence) -> None:
    if isinstance(presence, RedisPresence):
        await presence.flush()


def test_one_line_is_online_until_it_is_silent(world: World) -> None:
    async def live() -> None:
        async with world.processes() as processes:
            first, last = processes[0], processes[-1]
            await first.beat(SCREEN, "a")
            world.now += SILENCE_S - 0.1
            assert first.state(SCREEN) == last.state(SCREEN) == State.ONLINE
            world.now += 0.1
            assert first.state(SCREEN) == last.state(SCREEN) == State.OFFLINE
            assert first.silent() == [(SCREEN, "a")]

    asyncio.run(live())


def test_only_the_change_is_told(world: World) -> None:
    async def live() -> list[bool]:
        async with world.processes() as processes:
            first, last = processes[0], processes[-1]
            return [
                await first.beat(SCREEN, "a"),
                await last.beat(SCREEN, "b"),
                await first.beat(SCREEN, "a"),
                await first.gone(SCREEN, "a"),
                await last.gone(SCREEN, "b"),
                await last.gone(SCREEN, "b"),
            ]

    assert asyncio.run(live()) == [True, False, False, False, True, False]


def test_a_line_that_was_silent_and_speaks_again_is_news(world: World) -> None:
    async def live() -> bool:
        async with world.processes() as processes:
            await processes[0].beat(SCREEN, "a")
            world.now += SILENCE_S
            return await processes[0].beat(SCREEN, "a") and processes[-1].state(SCREEN) is State.ONLINE

    assert asyncio.run(live())


class Unordered(LocalPresence):
    """Broken on purpose: takes the line that connected first for the one that was silent longest."""

    def _take(self, device_id: DeviceId, line_id: str, lines: dict[str, float], now: float) -> None:
        order = dict(self._order)
        super()._take(device_id, line_id, lines, now)
        if (device_id, line_id) in order:
            self._order = order


@pytest.mark.parametrize("kind", [LocalPresence, Unordered])
def test_silent_lines_are_found_behind_older_ones_that_speak(kind: type[LocalPresence]) -> None:
    async def story() -> list[tuple[DeviceId, str]]:
        time = 1_000.0
        presence = kind(lambda: time, silence_s=SILENCE_S)
        for line in ("older", "silent", "ended"):
            await presence.beat(SCREEN, line)
        time += SILENCE_S - 1
        assert presence.goes_on(SCREEN, "older")
        assert presence.silent() == []
        time += 1
        await presence.gone(SCREEN, "ended")
        return presence.silent()

    assert (asyncio.run(story()) == [(SCREEN, "silent")]) is (kind is LocalPresence)


def test_who_was_never_heard_of_is_unknown_at_first_and_who_went_is_offline(world: World) -> None:
    async def live() -> list[State]:
        async with world.processes() as processes:
            await processes[0].beat(SCREEN, "a")
            await processes[0].gone(SCREEN, "a")
            last = processes[-1]
            states = [last.state(DeviceId("other")), last.state(SCREEN)]
            world.now += UNKNOWN_S
            return [*states, last.state(DeviceId("other"))]

    assert asyncio.run(live()) == [State.UNKNOWN, State.OFFLINE, State.OFFLINE]


TICK_S = 0.125
"""Pauses are made of whole ones: exact as seconds in binary and as milliseconds. Of tenths of a second, the sum is some
2e-13 away from where it should be, and one side would call a beat of 45 s ago fresh that the other calls old."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["beat", "beat", "gone", "crash", "forget"]),
        st.sampled_from("abcd"),
        st.integers(1, 160).map(lambda ticks: ticks * TICK_S),
    ),
    min_size=1,
    max_size=40,
)


async def agrees_with_the_lines(world: World, steps: list[tuple[str, str, float]]) -> bool:
    """Whether every process says online exactly while one of its lines spoke in the last 45 s and has not ended.

    `crash`: a process ends without a word. `forget`: Redis starts anew, empty. Absence may then be unknown, for 60 s.
    """
    async with AsyncExitStack() as stack, world.processes() as processes:
        beats, since = dict[str, float](), world.now + steps[0][2]  # Redis knows since when from the first question on
        for what, line, pause in steps:
            world.now += pause
            presence = processes["abcd".index(line) % len(processes)]
            if what == "beat":
                await presence.beat(SCREEN, line)
                await tell(presence)
                beats[line] = world.now
            elif what == "gone":
                await presence.gone(SCREEN, line)
                beats.pop(line, None)
            elif world.url is not None and what == "crash":
                processes["abcd".index(line) % len(processes)] = await world.redis(stack)
            elif world.url is not None:
                since = forget(world)
                for one in processes:
                    assert isinstance(one, RedisPresence)
                    known = {own for _, own in one._own.lines()}
                    one.tell_all_again()
                    await one.flush()
                    beats |= dict.fromkeys(known & beats.keys(), world.now)
                beats = {own: at for own, at in beats.items() if at == world.now}
            online = any(world.now - beat < SILENCE_S for beat in beats.values())
            for one in processes:
                state = one.state(SCREEN)
                if state is State.UNKNOWN and not online and world.now - since < UNKNOWN_S:
                    continue
                if state != (State.ONLINE if online else State.OFFLINE):
                    return False
    return True


def forget(world: World) -> float:
    assert world.url is not None
    with Redis.from_url(world.url) as server:
        server.flushall()
    return world.now


@given(steps=STEPS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_lines_come_and_go(world: World, steps: list[tuple[str, str, float]]) -> None:
    assert asyncio.run(agrees_with_the_lines(World(world.url), steps))


@pytest.mark.parametrize(
    ("steps", "twin"),
    [
        pytest.param(
            [("beat", "a", 1.0), ("beat", "c", 1.0), ("gone", "a", 1.0)],
            Twin.BY_DEVICE,
            id="the late end of an old line",
        ),
        pytest.param(
            [("beat", "a", 13.625), ("gone", "b", 12.0), ("gone", "d", 13.375), ("gone", "b", 19.625)],
            Twin.TOO_LONG,
            id="asked at the very moment the silence is too long",
        ),
    ],
)
def test_an_interleaving_that_was_told_wrong_once_and_its_broken_twin(
    world: World, steps: list[tuple[str, str, float]], twin: Twin
) -> None:
    assert asyncio.run(agrees_with_the_lines(World(world.url), steps))
    assert not asyncio.run(agrees_with_the_lines(World(world.url, twin=twin), steps))


def test_every_pause_is_exact_in_seconds_and_in_milliseconds() -> None:
    assert all((1_000 + n * TICK_S) * 1000 == 1_000_000 + n * 125 for n in range(40 * 160))


# --- Redis' own
@pytest.fixture
def away() -> str:
    """An address where nobody answers."""
    return f"redis://127.0.0.1:{free_port()}"


def test_without_redis_a_process_knows_its_own_screens_and_says_nothing_of_others(away: str) -> None:
    async def live() -> list[object]:
        presence = RedisPresence(away, lambda: 1_000.0, silence_s=SILENCE_S)
        async with presence.running():
            answers = [await presence.beat(SCREEN, "a"), presence.state(SCREEN), presence.state(DeviceId("other"))]
            return [*answers, await presence.gone(SCREEN, "a")]

    assert asyncio.run(live()) == [True, State.ONLINE, State.UNKNOWN, True]


def test_redis_own_clock_counts_when_no_other_is_given(redis_url: str) -> None:
    async def live() -> list[State]:
        here, there = (
            RedisPresence(redis_url, monotonic, silence_s=SILENCE_S, timeout_s=PATIENCE_S)
            for monotonic in (lambda: 5.0, lambda: 9_000_000.0)
        )
        async with here.running(), there.running():
            await here.beat(SCREEN, "a")
            online = there.state(SCREEN)
            await here.gone(SCREEN, "a")
            return [online, there.state(SCREEN)]

    assert asyncio.run(live()) == [State.ONLINE, State.OFFLINE]
