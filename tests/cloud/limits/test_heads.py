"""Requests whose head never ends, or never comes: against the server as we run it, by plain sockets."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cloud.limits.heads import MOST_BYTES, BoundedHead
from cloud.serve import uvicorn_config
from tests.free_port import listening_socket

PATIENCE_S = 60.0
MUCH = 4_000_000
GET, POST = b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
HEADS = {
    "one header that never ends": GET + b"A: " + b"x" * MUCH,
    "headers without end": GET + b"".join(b"A%d: b\r\n" % number for number in range(MUCH // 10)),
    "an address that never ends": b"GET /" + b"x" * MUCH,
    "a trailer that never ends": POST + b"1\r\nx\r\n0\r\nA: " + b"x" * MUCH,
}


class Impatient(BoundedHead):
    head_s = 0.2


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Takes a whole body, and says how long it was."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
        return
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message["more_body"]
    text = str(length).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
    await send({"type": "http.response.body", "body": text})


def served(
    act: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]],
    protocol: type[asyncio.Protocol] = BoundedHead,
) -> bytes:
    async def whole() -> bytes:
        config = uvicorn_config(app)
        config.http = protocol
        server, listener = uvicorn.Server(config), listening_socket()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        async with asyncio.timeout(PATIENCE_S):
            while not server.started:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            try:
                return await act(reader, writer)
            finally:
                writer.close()
                server.should_exit = True
                await serving

    return asyncio.run(whole())


async def until_the_end(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""


@pytest.mark.parametrize("name", HEADS)
def test_a_head_without_end_is_cut_off(name: str) -> None:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(HEADS[name])
        return await until_the_end(reader)

    assert b" 200 " not in served(act)


def test_one_that_is_not_cut_off_is_kept() -> None:
    """The broken twin: uvicorn's own."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(HEADS["one header that never ends"] + b"\r\n\r\n")
        return await reader.readline()

    assert b" 200 " in served(act, HttpToolsProtocol)


@pytest.mark.parametrize("sent", [b"", GET])
def test_who_does_not_come_to_the_end_of_a_head_is_not_waited_for(sent: bytes) -> None:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(sent)
        return await until_the_end(reader)

    assert served(act, Impatient) == b""


def test_a_body_may_be_long_and_slow_and_requests_may_follow_one_another() -> None:
    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        answers = b""
        for _ in range(2):
            writer.write(POST)
            for _ in range(4):
                writer.write(b"%x\r\n%b\r\n" % (MOST_BYTES, bytes(MOST_BYTES)))
                await writer.drain()
                await asyncio.sleep(0.1)
            writer.write(b"0\r\n\r\n")
            answers += await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(len(str(4 * MOST_BYTES)))
        return answers

    assert served(act, Impatient).count(str(4 * MOST_BYTES).encode()) == 2
