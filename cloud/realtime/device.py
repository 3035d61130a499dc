"""What a screen and the cloud say to each other (CONTRACT section 4): heartbeats in, nudges and commands out.

`cloud.realtime.device_socket` carries it.
"""

from typing import Any

import msgspec

from cloud.db.unit import Unit
from cloud.device.reports import MOST_BYTES, Report
from cloud.device.seen import Seen
from cloud.principals import Device
from cloud.publishing.progress import mark_downloaded, mark_override_shown, waits
from cloud.publishing.renewing import current
from cloud.realtime.commanding import Commanded
from cloud.realtime.hub import Line, message
from cloud.screens.commands import Done, deliver, finish, waiting
from cloud.services import Cloud
from cloud.wire import instant

HEARTBEAT_MS = 15_000


class Message(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None


async def leave(cloud: Cloud, device: Device, line: Line) -> None:
    """Also when the line's own task is being cancelled: whoever shares the presence must hear of it."""
    if await cloud.presence.gone(device.id, line.id):
        cloud.part(Seen).forget(device.id)
        _status(cloud, device, "offline")


async def greet(cloud: Cloud, device: Device, line: Line) -> None:
    """A screen that comes back hears at once what it may have missed."""
    row = await current(cloud, device.organization_id, device.id)
    line.send(message("manifest:changed", {"version": row["version"]}))
    for command in await _commands(cloud, device, again=True):
        line.send(message("command", command))


async def take(cloud: Cloud, device: Device, line: Line, raw: bytes | str) -> None:
    """Raises MsgspecError when it is no message of ours, Problem when the screen is none of ours any more."""
    if len(raw) > MOST_BYTES:
        raise msgspec.ValidationError("too long")
    said = msgspec.json.decode(raw, type=Message)
    if said.type == "heartbeat":
        report = msgspec.json.decode(said.data, type=Report)
        before = cloud.part(Seen).latest(device.id)
        await heard(cloud, device, line, report)
        if before is None or _moved(before, report):
            await _follow(cloud, device, report)
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


async def _acknowledgement(cloud: Cloud, device: Device) -> dict[str, Any]:
    commands = await _commands(cloud, device) if cloud.part(Commanded).take(device.id) else []
    return {"nextHeartbeatIn": HEARTBEAT_MS, "commands": commands, "serverTime": instant(cloud.clock.now())}


async def _commands(cloud: Cloud, device: Device, *, again: bool = False) -> list[dict[str, Any]]:
    if not await cloud.read(lambda unit: waiting(unit, device.id, again=again), device.organization_id):
        return []
    return await cloud.write(lambda unit: deliver(unit, device.id, again=again), device.organization_id)


async def heard(cloud: Cloud, device: Device, line: Line, report: Report | None = None) -> None:
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
