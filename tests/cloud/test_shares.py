import asyncio
from collections.abc import Awaitable, Callable

from cloud.shares import Shares

OURS, THEIRS = "ours", "theirs"


class Doing:
    """What is under way, and what was let in, in its order. Each goes on until it is let go."""

    def __init__(self, shares: Shares) -> None:
        self.shares = shares
        self.let_in: list[str] = []
        self.going: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, whose: str, *names: str) -> None:
        for name in names:
            self.going[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._do(whose, name))
        await settled()

    async def end(self, name: str) -> None:
        self.going[name].set()
        await self.tasks[name]
        await settled()

    async def _do(self, whose: str, name: str) -> None:
        async with self.shares.of(whose):
            self.let_in.append(name)
            await self.going[name].wait()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def run(act: Callable[[Doing], Awaitable[None]], each: int) -> Doing:
    async def whole() -> Doing:
        doing = Doing(Shares(each))
        await act(doing)
        return doing

    return asyncio.run(whole())


def test_one_organization_waits_for_itself_and_no_other_one_waits_for_it() -> None:
    async def act(doing: Doing) -> None:
        await doing.begin(OURS, "1", "2", "3", "4")
        await doing.begin(THEIRS, "theirs")
        assert doing.let_in == ["1", "2", "theirs"]
        await doing.end("2")
        assert doing.let_in == ["1", "2", "theirs", "3"]

    run(act, each=2)


def test_who_waits_is_let_in_in_the_order_of_coming_and_nothing_is_kept_of_who_has_gone() -> None:
    async def act(doing: Doing) -> None:
        await doing.begin(OURS, "1", "2", "3")
        for name in ("1", "2", "3"):
            await doing.end(name)

    doing = run(act, each=1)

    assert (doing.let_in, len(doing.shares)) == (["1", "2", "3"], 0)


def test_who_gives_up_waiting_leaves_the_turn_to_others() -> None:
    async def act(doing: Doing) -> None:
        await doing.begin(OURS, "1", "2", "3")
        doing.tasks["2"].cancel()
        await settled()
        await doing.end("1")
        await doing.end("3")

    doing = run(act, each=1)

    assert (doing.let_in, len(doing.shares)) == (["1", "3"], 0)


def test_one_that_fails_ends_its_turn() -> None:
    async def whole() -> int:
        shares = Shares(1)
        for _ in range(3):
            try:
                async with shares.of(OURS):
                    raise ValueError
            except ValueError:
                pass
        return len(shares)

    assert asyncio.run(whole()) == 0
