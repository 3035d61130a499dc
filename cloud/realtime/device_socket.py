"""A screen's socket. There are ten thousand of them, so it is pure ASGI and small: at rest one is a task that waits for
the next message. A task that writes comes into being when the network does not take at once what there is to write, and
ends with it.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from msgspec import MsgspecError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from cloud.accounts.authentication import device_of
from cloud.principals import Device
from cloud.problems import Problem
from cloud.realtime.closing import BUSY, PATIENCE_S, UNAUTHORIZED, closing
from cloud.realtime.device import greet, heard, leave, take, take_at_once
from cloud.realtime.hub import GOING, Line
from cloud.realtime.listener import NOW, LeanProtocol
from cloud.realtime.together import Together
from cloud.services import Cloud

log = logging.getLogger("vizora.cloud")
LEAVING: set["asyncio.Task[None]"] = set()
"""The loop itself keeps no hold of its tasks."""


class DeviceSocket:
    """`GET /realtime/device`: from the handshake to the end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cloud: Cloud = scope["app"].state.cloud
        await receive()  # "websocket.connect"
        try:
            device = await device_of(cloud, HTTPConnection(scope))
        except Problem:
            await send({"type": "websocket.close", "code": UNAUTHORIZED})  # before accepting: it is answered with 403
            return
        await send({"type": "websocket.accept"})
        direct: LeanProtocol | None = (scope.get("extensions") or {}).get(NOW)  # None: a server other than ours
        scope.clear()  # whoever called us holds it as long as the line is open
        with cloud.hub.device(device.id, device.token_id) as line:
            try:
                async with asyncio.timeout(None) as life:
                    writer = Writer(line, send, life, _never if direct is None else direct.send_now)
                    if direct is not None:
                        direct.hear_now = partial(take_at_once, cloud, device, line)
                        direct.together = cloud.part(Together)
                        line.has_unread = direct.has_unread
                    await heard(cloud, device, line)
                    await _listen(cloud, device, line, receive)
            except TimeoutError:
                log.debug("a screen's line was ended by who writes")
            finally:
                writer.stop()
                if line.reason not in ("", GOING):
                    log.info("the line of screen %s was ended: %s", device.id, line.reason)
                leaving = asyncio.create_task(leave(cloud, device, line))
                LEAVING.add(leaving)
                leaving.add_done_callback(LEAVING.discard)
                await asyncio.shield(leaving)


async def _listen(cloud: Cloud, device: Device, line: Line, receive: Receive) -> None:
    """Returns when the screen hung up. Once the line is closed nobody listens any more, until it has ended."""
    try:
        await greet(cloud, device, line)
        while (incoming := await receive())["type"] != "websocket.disconnect":
            await take(cloud, device, line, incoming.get("text") or incoming.get("bytes") or b"")
        return
    except Problem:
        line.close("revoked")
    except (MsgspecError, UnicodeDecodeError):
        line.close("not a message of ours")
    except (DBAPIError, NoConnection) as fault:
        log.error("database: %s", fault)
        line.close(BUSY)
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _never(_: bytes) -> bool:
    return False


def _leave_it() -> None: ...


class Writer:
    """Writes what is sent to the line, and ends its life when it was closed or the other side takes nothing more.

    What the network takes at once is written at once; a task waits for it to take the rest.
    """

    __slots__ = ("_life", "_line", "_patience_s", "_send", "_send_now", "_task")

    def __init__(
        self,
        line: Line,
        send: Send,
        life: asyncio.Timeout,
        send_now: Callable[[bytes], bool],
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._line = line
        self._send = send
        self._life = life
        self._send_now = send_now
        self._patience_s = patience_s
        self._task: asyncio.Task[None] | None = None
        line.on_news(self._start)

    def stop(self) -> None:
        """What is sent from now on is written by nobody: the line is listed until everybody knows of its end."""
        self._line.on_news(_leave_it)
        if self._task is not None:
            self._task.cancel()

    def _start(self) -> None:
        while not self._line.empty():
            encoded = self._line.first()
            if encoded is None or not self._send_now(encoded):
                self._task = asyncio.create_task(self._write())
                return
            self._line.get_nowait()
        self._line.on_news(self._start)

    async def _write(self) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                ended = await self._write_all()
        except (OSError, RuntimeError):  # TimeoutError is one
            ended = True
        self._task = None
        if ended:
            self._life.reschedule(0)
        else:
            self._line.on_news(self._start)

    async def _write_all(self) -> bool:
        """Whether the line was closed."""
        while not self._line.empty():
            encoded = self._line.get_nowait()
            if encoded is None:
                await self._send(closing(self._line))
                return True
            await self._send({"type": "websocket.send", "text": encoded.decode()})
        return False
