"""`GET /realtime/device`: a screen's line to the cloud (CONTRACT section 4): heartbeats in, nudges and commands out."""

import asyncio
import logging
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from cloud.accounts.authentication import device_of
from cloud.db.unit import Unit
from cloud.device.reports import MOST_BYTES, Report
from cloud.device.seen import Seen
from cloud.principals import Device
from cloud.problems import Problem
from cloud.publishing.progress import mark_downloaded, mark_override_shown, waits
from cloud.publishing.renewing import current
from cloud.realtime.commanding import Commanded
from cloud.realtime.hub import GOING, Line, message
from cloud.screens.commands import Done, deliver, finish, waiting
from cloud.services import Cloud
from cloud.updates.noting import is_news, note
from cloud.updates.rows import update_of
from cloud.wire import instant

log = logging.getLogger("vizora.cloud")
HEARTBEAT_MS = 15_000
PATIENCE_S = 20.0
"""How long one message may wait for a slow network to take it."""
UNAUTHORIZED, TOO_MUCH, RESTART = 4401, 4400, 1012
"""Close codes: the token is no longer good; not a message of ours; come back (RFC 6455's registry)."""
CODES = {"revoked": UNAUTHORIZED, GOING: RESTART}

LEAVING: set["asyncio.Task[None]"] = set()
"""The loop itself keeps no hold of its tasks."""


class Message(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None


async def device_line(socket: WebSocket) -> None:
    cloud: Cloud = socket.app.state.cloud
    try:
        device = await device_of(cloud, socket)
    except Problem:
        await socket.close(UNAUTHORIZED)  # before accepting: the handshake is answered with 403
        return
    await socket.accept()
    with cloud.hub.device(device.id, device.token_id) as line:
        await _heard(cloud, device, line)
        reader = asyncio.create_task(_talk(cloud, device, line, socket))
        writer = asyncio.create_task(_write(socket, line))
        try:
            await asyncio.wait([reader, writer], return_when=asyncio.FIRST_COMPLETED)
            if reader.done():
                await reader
        except Problem:
            line.close("revoked")
            await asyncio.wait([writer], timeout=1)
        finally:
            reader.cancel()
            writer.cancel()
            leaving = asyncio.create_task(_leave(cloud, device, line))
            LEAVING.add(leaving)
            leaving.add_done_callback(LEAVING.discard)
            await asyncio.shield(leaving)


async def _leave(cloud: Cloud, device: Device, line: Line) -> None:
    """Also when the line's own task is being cancelled: whoever shares the presence must hear of it."""
    if await cloud.presence.gone(device.id, line.id):
        cloud.part(Seen).forget(device.id)
        _status(cloud, device, "offline")


async def _talk(cloud: Cloud, device: Device, line: Line, socket: WebSocket) -> None:
    await _greet(cloud, device, line)
    await _read(cloud, device, line, socket)


async def _greet(cloud: Cloud, device: Device, line: Line) -> None:
    """A screen that comes back hears at once what it may have missed."""
    row = await current(cloud, device.organization_id, device.id)
    line.send(message("manifest:changed", {"version": row["version"]}))
    for command in await _commands(cloud, device, again=True):
        line.send(message("command", command))


async def _read(cloud: Cloud, device: Device, line: Line, socket: WebSocket) -> None:
    while True:
        incoming = await socket.receive()
        if incoming["type"] == "websocket.disconnect":
            return
        raw = incoming.get("text") or incoming.get("bytes") or b""
        try:
            if len(raw) > MOST_BYTES:
                raise msgspec.ValidationError("too long")
            await _take(cloud, device, line, msgspec.json.decode(raw, type=Message))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            line.close("not a message of ours")


async def _take(cloud: Cloud, device: Device, line: Line, said: Message) -> None:
    if said.type == "heartbeat":
        report = msgspec.json.decode(said.data, type=Report)
        before = cloud.part(Seen).latest(device.id)
        await _heard(cloud, device, line, report)
        if before is None or _moved(before, report):
            await _follow(cloud, device, report)
        if before is None or before.update != report.update:
            await _note_update(cloud, device, report)
        line.send(message("heartbeat:ack", await _acknowledgement(cloud, device)))
    elif said.type == "command:result":
        done = msgspec.json.decode(said.data, type=Done)
        await cloud.write(lambda unit: finish(unit, device.id, done), device.organization_id)


def _moved(before: Report, report: Report) -> bool:
    return (before.manifest_version, before.override_id) != (report.manifest_version, report.override_id)


async def _follow(cloud: Cloud, device: Device, report: Report) -> None:
    """How far instant publications have come on this screen."""

    def work(unit: Unit) -> None:
        if report.manifest_version is not None:
            mark_downloaded(unit, device.id, report.manifest_version)
        if report.override_id is not None:
            mark_override_shown(unit, device.id, report.override_id, unit.now)

    if await cloud.read(lambda unit: waits(unit, device.id), device.organization_id):
        await cloud.write(work, device.organization_id)


async def _note_update(cloud: Cloud, device: Device, report: Report) -> None:
    """Which system runs there now, and what became of the one it was offered."""
    said = update_of(report.update)
    if said is not None and await cloud.read(lambda unit: is_news(unit, device.id, said), device.organization_id):
        await cloud.write(lambda unit: note(unit, device.id, said), device.organization_id)


async def _acknowledgement(cloud: Cloud, device: Device) -> dict[str, Any]:
    commands = await _commands(cloud, device) if cloud.part(Commanded).take(device.id) else []
    return {"nextHeartbeatIn": HEARTBEAT_MS, "commands": commands, "serverTime": instant(cloud.clock.now())}


async def _commands(cloud: Cloud, device: Device, *, again: bool = False) -> list[dict[str, Any]]:
    if not await cloud.read(lambda unit: waiting(unit, device.id, again=again), device.organization_id):
        return []
    return await cloud.write(lambda unit: deliver(unit, device.id, again=again), device.organization_id)


async def _write(socket: WebSocket, line: Line, *, patience_s: float = PATIENCE_S) -> None:
    """Returns when the line ended, or when the other side takes nothing more."""
    try:
        while (encoded := await line.next()) is not None:
            async with asyncio.timeout(patience_s):
                await socket.send({"type": "websocket.send", "text": encoded.decode()})
        await socket.close(CODES.get(line.reason, TOO_MUCH), line.reason)
    except (WebSocketDisconnect, RuntimeError, OSError):
        log.debug("a screen's line ended while it was written to")


async def _heard(cloud: Cloud, device: Device, line: Line, report: Report | None = None) -> None:
    if await cloud.presence.beat(device.id, line.id):
        _status(cloud, device, "online")
    seen = cloud.part(Seen)
    before = seen.latest(device.id)
    seen.mark(device.id, report)
    if report is not None and (before is None or before.on_glass != report.on_glass):
        data = {"deviceId": device.id, "currentContent": report.current_content}
        cloud.tell(device.organization_id, "device:now", data)


def _status(cloud: Cloud, device: Device, status: str) -> None:
    cloud.tell(device.organization_id, "device:status", {"deviceId": device.id, "status": status})
