"""What may wait a moment is done in a row."""

import asyncio
from functools import partial
from typing import Any

import pytest

from cloud.realtime.hub import QUEUE, Hub
from cloud.realtime.together import IN_A_ROW, Together
from vizora.identifiers import OrganizationId

ORGANIZATION = OrganizationId("organization")


def test_calls_are_made_later_in_the_order_in_which_they_came() -> None:
    async def story() -> tuple[list[int], list[int]]:
        together, done, over = Together(wait_s=0), list[int](), asyncio.Event()
        for number in range(3 * IN_A_ROW):
            together.add(partial(done.append, number))
        together.add(over.set)
        before = list(done)
        await over.wait()
        return before, done

    assert asyncio.run(story()) == ([], [*range(3 * IN_A_ROW)])


def test_they_go_on_after_a_rest() -> None:
    async def story() -> None:
        together = Together(wait_s=0)
        for _ in range(3):
            done = asyncio.Event()
            together.add(done.set)
            await done.wait()

    asyncio.run(story())


def test_one_that_fails_keeps_none_from_its_turn() -> None:
    def fail() -> None:
        raise OSError("a line that broke")

    async def story() -> list[str]:
        together, over, faults = Together(wait_s=0), asyncio.Event(), list[str]()

        def note(_: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
            faults.append(str(about["exception"]))

        asyncio.get_running_loop().set_exception_handler(note)
        together.add(fail)
        together.add(over.set)
        await over.wait()
        return faults

    assert asyncio.run(story()) == ["a line that broke"]


@pytest.mark.parametrize("in_a_row", [IN_A_ROW, 10 * QUEUE])
def test_people_hear_what_all_of_them_tell_and_only_the_broken_twin_overruns_them(in_a_row: int) -> None:
    async def story() -> str:
        hub, together = Hub(), Together(wait_s=0, in_a_row=in_a_row)
        with hub.organization(ORGANIZATION) as line:
            for _ in range(10 * QUEUE):
                together.add(partial(hub.to_organization, ORGANIZATION, "device:now", {}))
            heard = 0
            while heard < 10 * QUEUE and await line.get() is not None:
                heard += 1
            return line.reason

    assert (asyncio.run(story()) == "") is (in_a_row == IN_A_ROW)
