"""Who writes to a screen's line: there only while there is something to write, and able to end the line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cloud.realtime.device_socket import Writer
from cloud.realtime.hub import GOING, QUEUE, Line, message

PATIENCE_S = 60.0


def never(_: bytes) -> bool:
    return False


async def until_ended(
    line: Line,
    send: Callable[[Any], Awaitable[None]],
    send_now: Callable[[bytes], bool] = never,
    *,
    patience_s: float = PATIENCE_S,
) -> bool:
    """Whether who writes ended the life of a line whose reader hears nothing."""
    try:
        async with asyncio.timeout(None) as life:
            writer = Writer(line, send, life, send_now, patience_s=patience_s)
            await asyncio.sleep(PATIENCE_S)
    except TimeoutError:
        return True
    finally:
        writer.stop()
    return False


def test_what_is_sent_arrives_in_order_and_the_end_comes_last() -> None:
    heard: list[Any] = []

    async def live() -> bool:
        line = Line()

        async def send(said: Any) -> None:
            heard.append(said)
            if len(heard) == 2:  # now nobody writes any more
                asyncio.get_running_loop().call_soon(speak, line)

        line.send(b"1")
        line.send(b"2")
        return await until_ended(line, send)

    def speak(line: Line) -> None:
        line.send(b"3")
        line.close("revoked")

    assert asyncio.run(live())
    assert [said.get("text", said.get("code")) for said in heard] == ["1", "2", "3", 4401]


def test_what_the_network_takes_at_once_needs_nobody_who_waits_and_nothing_overtakes_what_it_does_not_take() -> None:
    heard, tasks = list[str](), list[int]()
    full = False

    def at_once(text: bytes) -> bool:
        if not full:
            heard.append(text.decode())
        return not full

    async def later(said: Any) -> None:
        nonlocal full
        full = False
        await asyncio.sleep(0)
        heard.append(said.get("text", said.get("code")))

    async def live() -> bool:
        nonlocal full
        line = Line()
        ending = asyncio.create_task(until_ended(line, later, at_once))
        await asyncio.sleep(0)
        before = len(asyncio.all_tasks())
        line.send(b"1")
        line.send(b"2")
        tasks.append(len(asyncio.all_tasks()) - before)
        full = True
        line.send(b"3")
        full = False  # the network is free again, but the third one is still on its way
        line.send(b"4")
        line.close("revoked")
        tasks.append(len(asyncio.all_tasks()) - before)
        return await ending

    assert asyncio.run(live())
    assert heard == ["1", "2", "3", "4", 4401]
    assert tasks == [0, 1]


def test_a_peer_that_takes_nothing_is_let_go_and_its_mailbox_never_grows() -> None:
    line = Line()

    async def take_nothing(_: Any) -> None:
        for _ in range(10 * QUEUE):
            line.send(message("manifest:changed", {"version": 1}))
        await asyncio.Event().wait()

    async def live() -> bool:
        line.send(b"{}")
        return await until_ended(line, take_nothing, patience_s=0.01)

    assert asyncio.run(live())
    assert len(line.waiting()) <= QUEUE
    assert line.reason == "too slow"


def test_a_peer_that_has_hung_up_ends_the_line() -> None:
    async def gone(_: Any) -> None:
        raise OSError("it hung up")

    async def live() -> bool:
        line = Line()
        line.send(b"{}")
        return await until_ended(line, gone)

    assert asyncio.run(live())


class Unstoppable(Writer):
    """Broken on purpose: it is only told, and listens on."""

    def stop(self) -> None: ...


@pytest.mark.parametrize("kind", [Writer, Unstoppable])
def test_a_line_that_ended_is_closed_again_by_a_server_that_ends_and_nobody_writes(kind: type[Writer]) -> None:
    heard = list[Any]()

    async def live() -> None:
        line = Line()

        async def send(said: Any) -> None:
            heard.append(said)

        async with asyncio.timeout(None) as life:
            writer = kind(line, send, life, never)
        writer.stop()
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # the broken one's fault
        line.send(b"{}")
        line.close(GOING)
        for _ in range(20):
            await asyncio.sleep(0)

    asyncio.run(live())

    assert (heard == []) is (kind is Writer)
