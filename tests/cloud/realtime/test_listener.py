"""uvicorn's WebSocket protocol as we changed it, against the other end of the websockets library, without a network."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.uri import parse_uri

from cloud.realtime.listener import AHEAD, NOW, LeanProtocol


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
    now = list[Callable[[bytes], bool]]()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        now.append(scope["extensions"][NOW])
        await slow([], asyncio.Event())(scope, receive, send)

    async def live() -> list[tuple[bool, list[str]]]:
        line = await opened(app)
        (send_now,) = now
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
