"""One identity on two machines is noticed, in one process's memory and on Redis with two; one machine never is two."""

import asyncio
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.realtime.presence import Presence
from cloud.realtime.redis_presence import RedisPresence
from cloud.realtime.turns import APART_S, Turns
from tests.cloud.realtime.test_presence import SCREEN, World, tell, world

__all__ = ["world"]
BEAT_S = 15.0


async def beat(presence: Presence, line: str) -> None:
    await presence.beat(SCREEN, line)
    await tell(presence)


def found(processes: list[Presence]) -> int:
    """How often two machines were noticed since the last time."""
    return sum(len(one.doubled()) for one in processes)


async def copied(world: World, processes: list[Presence], behind_s: float) -> float | None:
    """Two machines, one at each process. Seconds from when both were there until it was noticed; None: never."""
    first, last = processes[0], processes[-1]
    await beat(first, "a")
    world.now += behind_s
    began = world.now
    await beat(last, "b")
    for _ in range(6):
        for presence, line, pause in ((first, "a", BEAT_S - behind_s), (last, "b", behind_s)):
            world.now += pause
            await beat(presence, line)
            if found(processes):
                return world.now - began
    return None


def test_two_machines_are_noticed_within_two_heartbeats(world: World) -> None:
    async def live(behind_s: float) -> float | None:
        async with world.processes() as processes:
            return await copied(world, processes, behind_s)

    for behind_s in (0.5, 7.0, 14.5):
        seconds = asyncio.run(live(behind_s))
        assert seconds is not None
        assert seconds <= 2 * BEAT_S, behind_s


def test_they_are_told_once_until_they_take_turns_anew(world: World) -> None:
    async def live() -> list[bool]:
        told = []
        async with world.processes() as processes:
            for _ in range(8):
                for line in "ab":
                    world.now += BEAT_S / 2
                    await beat(processes["ab".index(line) % len(processes)], line)
                told.append(bool(found(processes)))
        return told

    assert asyncio.run(live()).count(True) <= 2  # each process tells of its own line


CUT = st.tuples(
    st.integers(1, 5),  # beats on this connection
    st.floats(0.0, 40.0),  # seconds until the machine is back
    st.floats(0.0, 60.0),  # after that, seconds until the end of the old connection is noticed
    st.booleans(),  # whether a last message of the old connection was held up and comes only then
    st.integers(0, 1),  # the process it comes back to
)


async def one_machine(world: World, cuts: list[tuple[int, float, float, bool, int]]) -> bool:
    """A machine that is cut off, restarted, moved to another process. Whether it was ever taken for two."""
    async with world.processes() as processes:
        ends: list[tuple[float, Presence, str, bool]] = []
        for number, (beats, away_s, late_s, is_held_up, at) in enumerate(cuts):
            presence, line = processes[at % len(processes)], str(number)
            for _ in range(beats):
                await beat(presence, line)
                await _pass(world, BEAT_S, ends)
            ends.append((world.now + away_s + late_s, presence, line, is_held_up))
            await _pass(world, away_s, ends)
        return bool(found(processes))


async def _pass(world: World, seconds: float, ends: list[tuple[float, Presence, str, bool]]) -> None:
    until = world.now + seconds
    for due in sorted(ends, key=lambda end: end[0]):
        at, presence, line, is_held_up = due
        if at <= until:
            ends.remove(due)
            world.now = max(world.now, at)
            if is_held_up:
                await beat(presence, line)
            await presence.gone(SCREEN, line)
    world.now = until


@given(cuts=st.lists(CUT, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_machine_is_never_taken_for_two(world: World, cuts: list[tuple[int, float, float, bool, int]]) -> None:
    assert not asyncio.run(one_machine(World(world.url), cuts))


def test_messages_that_come_in_a_bunch_say_nothing(world: World) -> None:
    """As after a process that hung: what two connections of one machine sent comes in whatever order."""

    async def live() -> bool:
        async with world.processes() as processes:
            for line in "ab":
                await beat(processes[0], line)
            for _ in range(10):
                for line in "ab":
                    world.now += APART_S / 3
                    await beat(processes[0], line)
            return bool(processes[0].doubled())

    assert not asyncio.run(live())


class Hasty(Turns):
    """The broken twin: one message between two others is enough for it."""

    def note(self, device_id: object, line_id: str, *, interrupted: bool) -> None:
        for _ in range(2):
            super().note(SCREEN, line_id, interrupted=interrupted)


def hasten(presence: Presence) -> None:
    inner = [presence, presence._own] if isinstance(presence, RedisPresence) else [presence]
    for one in inner:
        one._turns = Hasty()  # type: ignore[attr-defined]


def test_the_broken_twin_raises_a_false_alarm(world: World) -> None:
    """A machine that comes back while a message of its old connection is still on its way."""

    async def live(prepare: Callable[[Presence], None]) -> bool:
        async with world.processes() as processes:
            for one in processes:
                prepare(one)
            for line, pause in (("a", BEAT_S), ("b", 1.0), ("a", BEAT_S), ("b", BEAT_S), ("b", BEAT_S)):
                await beat(processes["ab".index(line) % len(processes)], line)
                world.now += pause
            return bool(found(processes))

    assert not asyncio.run(live(lambda _: None))
    assert asyncio.run(live(hasten))
