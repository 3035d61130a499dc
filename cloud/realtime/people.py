"""What happens in an organization, for its people: a WebSocket, or Server-Sent Events (CONTRACT section 4)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.responses import Response, StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from cloud.accounts.authentication import check_origin, user_of
from cloud.endpoints import Call
from cloud.problems import Problem
from cloud.realtime.device import CODES, PATIENCE_S, TOO_MUCH, UNAUTHORIZED
from cloud.realtime.hub import Line
from cloud.services import Cloud

COMMENT_S = 15.0
"""Seconds between signs of life, so that proxies keep the connection and a dead browser is noticed."""
RECHECK_S = 30.0


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
    with cloud.hub.organization(user.organization_id) as line:
        reader = asyncio.create_task(_until_gone(socket))
        writer = asyncio.create_task(_write(cloud, socket, line))
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
    now = asyncio.get_running_loop().time
    checked = now()
    with call.cloud.hub.organization(call.user.organization_id) as line:
        yield b": hello\n\n"
        while True:
            if now() - checked >= COMMENT_S:
                if not await _still_signed_in(call.cloud, call.request):
                    return
                checked = now()
            try:
                encoded = await asyncio.wait_for(line.queue.get(), COMMENT_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if encoded is None:
                return
            yield b"data: " + encoded + b"\n\n"


async def _still_signed_in(cloud: Cloud, connection: HTTPConnection) -> bool:
    with suppress(Problem):
        await user_of(cloud, connection)
        return True
    return False


async def _until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


async def _write(cloud: Cloud, socket: WebSocket, line: Line, *, recheck_s: float = RECHECK_S) -> None:
    """However much there is to tell, the token is looked at again every `recheck_s`."""
    now = asyncio.get_running_loop().time
    checked = now()
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        while True:
            if now() - checked >= recheck_s:
                if not await _still_signed_in(cloud, socket):
                    await socket.close(UNAUTHORIZED)
                    return
                checked = now()
            try:
                encoded = await asyncio.wait_for(line.queue.get(), recheck_s)
            except TimeoutError:
                continue
            if encoded is None:
                await socket.close(CODES.get(line.reason, TOO_MUCH), line.reason)
                return
            async with asyncio.timeout(PATIENCE_S):
                await socket.send({"type": "websocket.send", "text": encoded.decode()})
