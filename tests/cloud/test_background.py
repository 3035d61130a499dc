import asyncio

from cloud.background import in_background


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
