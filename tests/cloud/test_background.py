import asyncio
from contextlib import suppress

from cloud.background import end, in_background


def test_a_turn_that_fails_is_not_the_last_one() -> None:
    async def run() -> int:
        turns, enough = 0, asyncio.Event()

        async def turn() -> None:
            nonlocal turns
            turns += 1
            if turns == 3:
                enough.set()
                await asyncio.Event().wait()
            raise RuntimeError("a turn that fails")

        async with in_background(turn, "testing", pause_s=0):
            await enough.wait()
        return turns

    assert asyncio.run(run()) == 3


def test_a_task_that_swallows_a_cancellation_ends_all_the_same() -> None:
    async def run() -> int:
        swallowed = 0

        async def stubborn() -> None:
            nonlocal swallowed
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            swallowed += 1
            await asyncio.Event().wait()

        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await end(task)
        return swallowed

    assert asyncio.run(run()) == 1
