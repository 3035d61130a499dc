"""What happens in an organization, for its people: a WebSocket, or Server-Sent Events (CONTRACT section 4)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.requests import HTTPConnection
from starlette.responses import Response, StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from cloud.accounts.authentication import check_origin, user_of
from cloud.accounts.revoking import topic_of
from cloud.endpoints import Call
from cloud.principals import User
from cloud.problems import Problem
from cloud.realtime.closing import PATIENCE_S, UNAUTHORIZED, closing
from cloud.realtime.hub import Line
from cloud.services import Cloud

COMMENT_S = 15.0
"""Seconds between signs of life, so that proxies keep the connection and a dead browser is noticed."""


async def people_line(socket: WebSocket) -> None:
    cloud: Cloud = socket.app.state.cloud
    try:
        user = await user_of(cloud, socket)
        if "origin" in socket.headers:
            check_origin(cloud, socket)
    except Problem:
        await socket.close(UNAUTHORIZED)
        return
    await socket.accept()
    async with _listening(cloud, socket, user) as line:
        reader = asyncio.create_task(_until_gone(socket))
        writer = asyncio.create_task(_write(socket, line))
        try:
            await asyncio.wait([reader, writer], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reader, writer):
                task.cancel()


async def events(call: Call) -> Response:
    """`text/event-stream`; each event's data is the message the WebSocket sends."""
    return StreamingResponse(
        _stream(call), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def _stream(call: Call) -> AsyncIterator[bytes]:
    async with _listening(call.cloud, call.request, call.user) as line:
        yield b": hello\n\n"
        while True:
            try:
                encoded = await asyncio.wait_for(line.get(), COMMENT_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if encoded is None:
                return
            yield b"data: " + encoded + b"\n\n"


@asynccontextmanager
async def _listening(cloud: Cloud, connection: HTTPConnection, user: User) -> AsyncIterator[Line]:
    """The organization's line, closed as soon as this person may no longer listen."""
    with cloud.hub.organization(user.organization_id) as line:
        watcher = asyncio.create_task(_watch(cloud, connection, user, line))
        try:
            yield line
        finally:
            watcher.cancel()


async def _watch(cloud: Cloud, connection: HTTPConnection, user: User, line: Line) -> None:
    """Looks whenever something of this person changed here, and every `recheck_s`: elsewhere it may have changed too.

    With what other processes remember (`authentication.REMEMBER_S`) that stays below the promised 60 s.
    """
    while True:
        with cloud.hub.listening(topic_of(user.id)) as called:
            try:
                await user_of(cloud, connection)
            except Problem:
                line.close("revoked")
                return
            await asyncio.wait([called], timeout=cloud.config.recheck_s)


async def _until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


async def _write(socket: WebSocket, line: Line) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        while (encoded := await line.get()) is not None:
            async with asyncio.timeout(PATIENCE_S):
                await socket.send({"type": "websocket.send", "text": encoded.decode()})
        await socket.send(closing(line))
