"""uvicorn's WebSocket protocol as we changed it, against the other end of the websockets library, without a network."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from cloud.realtime.listener import AHEAD, NOW, LeanProtocol
from cloud.realtime.together import Together


class Wire(asyncio.Transport):
    """What was written, and whether it reads on."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.reads = True
        self.stops = 0
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.reads, self.stops = False, self.stops + 1

    def resume_reading(self) -> None:
        self.reads = True

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


class Line:
    """An open line: what the server's side says to the client's, and the other way round."""

    def __init__(self, protocol: LeanProtocol, wire: Wire, client: ClientProtocol) -> None:
        self.protocol, self.wire, self.client = protocol, wire, client

    def says(self, *texts: str) -> None:
        """The client says it, all in one packet."""
        for text in texts:
            self.client.send_text(text.encode())
        self.protocol.data_received(b"".join(self.client.data_to_send()))

    def hears(self) -> list[str]:
        self.client.receive_data(bytes(self.wire.written))
        self.wire.written.clear()
        return [bytes(event.data).decode() for event in self.client.events_received() if isinstance(event, Frame)]


async def opened(app: Callable[[Any, Any, Any], Awaitable[None]], kind: type[LeanProtocol] = LeanProtocol) -> Line:
    config = uvicorn.Config(app, ws=kind, ws_per_message_deflate=False, ws_ping_interval=None, log_config=None)
    config.load()
    wire, client = Wire(), ClientProtocol(parse_uri("ws://vizora.test/realtime/device"))
    protocol = kind(config, ServerState(), {})
    protocol.connection_made(wire)
    client.send_request(client.connect())
    protocol.data_received(b"".join(client.data_to_send()))
    line = Line(protocol, wire, client)
    while not wire.written:
        await asyncio.sleep(0)
    line.hears()
    return line


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def slow(heard: list[str], on: asyncio.Event) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """An application that reads nothing before `on`."""

    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await on.wait()
        while (said := await receive())["type"] == "websocket.receive":
            heard.append(said["text"])

    return app


class Greedy(LeanProtocol):
    """Broken on purpose: takes whatever comes."""

    def send_receive_event_to_app(self) -> None:
        self.read_paused = True
        super().send_receive_event_to_app()
        self.read_paused = False


@pytest.mark.parametrize("kind", [LeanProtocol, Greedy])
def test_it_reads_on_while_few_messages_wait_and_no_further(kind: type[LeanProtocol]) -> None:
    async def live() -> tuple[bool, bool, bool, list[str]]:
        heard, on = list[str](), asyncio.Event()
        line = await opened(slow(heard, on), kind)
        line.says(*map(str, range(AHEAD)))
        few = line.wire.reads
        line.says("one more")
        many = line.wire.reads
        on.set()
        await turns()
        return few, many, line.wire.reads, heard

    few, many, after, heard = asyncio.run(live())

    assert (few, after) == (True, True)
    assert many is (kind is Greedy)
    assert heard == [*map(str, range(AHEAD)), "one more"]


def test_it_knows_whether_something_was_said_that_nobody_has_taken() -> None:
    async def live() -> tuple[bool, bool, bool]:
        on = asyncio.Event()
        line = await opened(slow([], on))
        line.says("a beat")
        waits = line.protocol.has_unread()
        on.set()
        await turns()
        read = line.protocol.has_unread()
        line.protocol.together = Together()
        line.says("another one")
        return waits, read, line.protocol.has_unread()

    assert asyncio.run(live()) == (True, False, True)


def test_messages_that_are_read_one_by_one_never_stop_the_reading() -> None:
    async def live() -> tuple[int, list[str]]:
        heard, on = list[str](), asyncio.Event()
        on.set()
        line = await opened(slow(heard, on))
        for number in range(10 * AHEAD):
            line.says(str(number))
            await turns()
        return line.wire.stops, heard

    assert asyncio.run(live()) == (0, [str(number) for number in range(10 * AHEAD)])


def test_what_is_sent_at_once_is_there_before_anybody_waited_and_not_when_it_would_have_to_wait() -> None:
    now = list[LeanProtocol]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        now.append(scope["extensions"][NOW])
        await slow([], asyncio.Event())(scope, receive, send)

    async def live() -> list[tuple[bool, list[str]]]:
        line = await opened(app)
        send_now = now[0].send_now
        told = [(send_now(b"open"), line.hears())]
        line.protocol.pause_writing()
        told.append((send_now(b"full"), line.hears()))
        line.protocol.resume_writing()
        told.append((send_now("wieder frei, größer".encode()), line.hears()))
        line.client.send_close(1000)
        line.protocol.data_received(b"".join(line.client.data_to_send()))
        told.append((send_now(b"gone"), []))
        return told

    assert asyncio.run(live()) == [
        (True, ["open"]),
        (False, []),
        (True, ["wieder frei, größer"]),
        (False, []),
    ]


# --- heard at once
class Hasty(LeanProtocol):
    """Broken on purpose: takes whatever looks like a frame for one."""

    def data_received(self, data: bytes) -> None:
        self._between_frames = True
        super().data_received(data)


@dataclass
class Heard:
    """An application that takes at once what it is given, but for what says "slow"."""

    at_once: list[str] = field(default_factory=list)
    in_order: list[str] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: it works at nothing and waits for messages."""
    together: Together | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        protocol = scope["extensions"][NOW]
        protocol.hear_now, protocol.together = self.hear, self.together
        await self.busy.wait()
        while (said := await receive())["type"] == "websocket.receive":
            self.in_order.append(said.get("text", "in bytes"))

    def hear(self, text: bytes) -> bool:
        if text == b"slow":
            return False
        self.at_once.append(text.decode())
        self.in_order.append(text.decode())
        return True


async def cut_up(
    kind: type[LeanProtocol], cuts: list[int], *, together: Together | None = None, at_a_time: int = 1
) -> Heard:
    """Four messages, one of them in fragments, in packets of these sizes, of which so many come at a time."""
    heard = Heard(together=together)
    heard.busy.set()
    line = await opened(heard, kind)
    await turns()
    whole = b"".join(
        Frame(opcode, data, fin).serialize(mask=True)
        for opcode, data, fin in [
            (Opcode.TEXT, b"one", True),
            (Opcode.TEXT, b"tw", False),
            (Opcode.PING, b"?", True),
            (Opcode.CONT, b"o", True),
            (Opcode.TEXT, b"slow", True),
            (Opcode.TEXT, "größer".encode(), True),
        ]
    )
    edges = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    for number, (start, end) in enumerate(pairwise(edges)):
        line.protocol.data_received(whole[start:end])
        if number % at_a_time == 0:
            await turns()
    await turns()
    return heard


@given(cuts=st.lists(st.integers(0, 1000), max_size=12))
@settings(deadline=None)
def test_however_packets_are_cut_all_messages_are_heard_in_their_order(cuts: list[int]) -> None:
    assert asyncio.run(cut_up(LeanProtocol, cuts)).in_order == ["one", "two", "slow", "größer"]


@given(cuts=st.lists(st.integers(0, 1000), max_size=12), at_a_time=st.integers(1, 4))
@settings(deadline=None)
def test_they_are_also_where_a_message_waits_for_others(cuts: list[int], at_a_time: int) -> None:
    heard = asyncio.run(cut_up(LeanProtocol, cuts, together=Together(wait_s=0), at_a_time=at_a_time))

    assert heard.in_order == ["one", "two", "slow", "größer"]


# --- heard together with others
class Replacing(LeanProtocol):
    """Broken on purpose: what comes takes the place of what waits."""

    def data_received(self, data: bytes) -> None:
        self._packet = None
        super().data_received(data)


class Forgetful(LeanProtocol):
    """Broken on purpose: what waits ends with the line."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._packet = None
        super().connection_lost(exc)


async def waiting(kind: type[LeanProtocol]) -> tuple[Line, Heard]:
    """A line that just said "slow" and now "first", which waits for a time that does not come."""
    heard = Heard(together=Together(wait_s=3600))
    heard.busy.set()
    line = await opened(heard, kind)
    await turns()
    line.says("slow")
    await turns()
    line.says("first")
    await turns()
    return line, heard


@pytest.mark.parametrize("kind", [LeanProtocol, Replacing])
def test_a_message_that_waits_is_heard_when_the_next_one_comes(kind: type[LeanProtocol]) -> None:
    async def live() -> tuple[list[str], list[str]]:
        line, heard = await waiting(kind)
        early = list(heard.in_order)
        line.says("second")
        await turns()
        return early, heard.in_order

    early, in_order = asyncio.run(live())

    assert early == ["slow"]
    assert (in_order == ["slow", "first"]) is (kind is LeanProtocol)


def test_what_is_no_text_ends_with_the_line_and_what_is_no_message_does_not_wait() -> None:
    async def live() -> tuple[list[str], bool]:
        line, heard = await waiting(LeanProtocol)
        line.protocol.data_received(Frame(Opcode.PING, b"?").serialize(mask=True))
        answered = bool(line.wire.written)
        line.protocol.data_received(Frame(Opcode.TEXT, b"\xff").serialize(mask=True))
        line.wire.written.clear()
        line.protocol.connection_lost(None)
        await turns()
        return heard.in_order, answered and not line.wire.written

    assert asyncio.run(live()) == (["slow", "first"], True)


@pytest.mark.parametrize("kind", [LeanProtocol, Forgetful])
def test_a_message_that_waits_is_heard_though_the_line_is_lost(kind: type[LeanProtocol]) -> None:
    async def live() -> list[str]:
        line, heard = await waiting(kind)
        line.protocol.connection_lost(None)
        await turns()
        return heard.in_order

    assert (asyncio.run(live()) == ["slow", "first"]) is (kind is LeanProtocol)


INSIDE = Frame(Opcode.TEXT, b"no message").serialize(mask=True)


@pytest.mark.parametrize("kind", [LeanProtocol, Hasty])
def test_what_only_looks_like_a_frame_in_the_middle_of_a_message_is_no_message(kind: type[LeanProtocol]) -> None:
    async def live() -> list[str]:
        heard = Heard()
        heard.busy.set()
        line = await opened(heard, kind)
        await turns()
        for word in ("the first is the library's", "hello"):
            line.says(word)
            await turns()
        head = bytes((0x82, 0x80 | len(INSIDE))) + b"\0\0\0\0"
        line.protocol.data_received(head)
        line.protocol.data_received(INSIDE)
        return heard.at_once

    assert (asyncio.run(live()) == ["hello"]) is (kind is LeanProtocol)


def test_a_message_is_heard_at_once_only_by_who_waits_for_it() -> None:
    async def live() -> tuple[list[str], list[str], list[str]]:
        heard = Heard()
        line = await opened(heard)
        await turns()
        line.says("while it is busy")
        early = list(heard.at_once)
        heard.busy.set()
        await turns()
        line.says("slow")
        line.says("before it was read")
        await turns()
        line.says("now")
        return early, heard.at_once, heard.in_order

    early, at_once, in_order = asyncio.run(live())

    assert (early, at_once) == ([], ["now"])
    assert in_order == ["while it is busy", "slow", "before it was read", "now"]
