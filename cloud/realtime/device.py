"""What a screen and the cloud say to each other (CONTRACT section 4): heartbeats in, nudges and commands out.

`cloud.realtime.device_socket` carries it.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from cloud.bodies import read_json
from cloud.db.unit import Unit
from cloud.device.reports import MOST_BYTES, Position, Report
from cloud.device.seen import Seen
from cloud.principals import Device
from cloud.publishing.issuing import fresh_version
from cloud.publishing.progress import mark_downloaded, mark_override_shown, waits
from cloud.publishing.renewing import Renewing
from cloud.realtime.commanding import Commanded
from cloud.realtime.hub import Line, message
from cloud.screens.commands import Done, deliver, finish, waiting
from cloud.services import Cloud
from cloud.updates.noting import is_news, note
from cloud.updates.rows import update_of
from cloud.wire import instant
from vizora.device_api import DeviceSettings
from vizora.identifiers import DeviceId

HEARTBEAT_MS = DeviceSettings().heartbeat_interval


class Message(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None


class Heartbeat(msgspec.Struct, frozen=True, tag_field="type", tag="heartbeat"):
    """A message of this type, read in one go."""

    data: Report = Report()
    id: str | None = None


async def leave(cloud: Cloud, device: Device, line: Line) -> None:
    """Also when the line's own task is being cancelled: whoever shares the presence must hear of it."""
    if await cloud.presence.gone(device.id, line.id):
        cloud.part(Seen).forget(device.id)
        _status(cloud, device, "offline")


async def greet(cloud: Cloud, device: Device, line: Line) -> None:
    """A screen that comes back hears at once what it may have missed."""
    organization_id, seen = device.organization_id, cloud.part(Seen)
    found = await cloud.read(lambda unit: _missed(unit, device.id), organization_id)
    version = found.version
    if version is None:
        version = (await cloud.part(Renewing).renew(organization_id, device.id))["version"]
    elif not found.on_its_way and seen.position(device.id) is None:
        seen.place(device.id, Position(version, None))  # a first report that says no more brings nothing further
    line.send(message("manifest:changed", {"version": version}))
    if found.commands:
        for command in await _deliver(cloud, device, again=True):
            line.send(message("command", command))


@dataclass(frozen=True, slots=True)
class Missed:
    version: int | None
    """Of the screen's manifest; None when it has to be made anew."""
    on_its_way: bool
    """Whether a publication has not come to the glass."""
    commands: bool


def _missed(unit: Unit, device_id: DeviceId) -> Missed:
    return Missed(fresh_version(unit, device_id), waits(unit, device_id), waiting(unit, device_id, again=True))


def take_at_once(cloud: Cloud, device: Device, line: Line, raw: bytes) -> bool:
    """Takes and answers a heartbeat for which nobody has to be asked, as nearly all are. False: it is for `take`."""
    if line.reason or len(raw) > MOST_BYTES:
        return False
    try:
        report = read_json(raw, Heartbeat).data
    except msgspec.MsgspecError:
        return False
    return _goes_on(cloud, device, line, report)


async def take(cloud: Cloud, device: Device, line: Line, raw: bytes | str) -> None:
    """Raises MsgspecError when it is no message of ours, Problem when the screen is none of ours any more."""
    if len(raw) > MOST_BYTES:
        raise msgspec.ValidationError("too long")
    said = read_json(raw.encode() if isinstance(raw, str) else raw, Message)
    if said.type == "heartbeat":
        report = read_json(bytes(said.data), Report)
        if not _goes_on(cloud, device, line, report):
            await _beat(cloud, device, line, report)
            _acknowledge(cloud, line, await _commands(cloud, device))
    elif said.type == "command:result":
        done = read_json(bytes(said.data), Done)
        await cloud.write(lambda unit: finish(unit, device.id, done), device.organization_id)


def _goes_on(cloud: Cloud, device: Device, line: Line, report: Report) -> bool:
    """Takes and answers a heartbeat with which the screen only goes on with what it did."""
    seen, position = cloud.part(Seen), report.position
    before = seen.position(device.id)
    if before is None or position.moved_on(before) or position.update != before.update:
        return False
    if cloud.part(Commanded).waits(device.id) or not cloud.presence.goes_on(device.id, line.id):
        return False
    seen.place(device.id, position)
    seen.mark(device.id, report)
    if before.on_glass != position.on_glass:
        _shows(cloud, device, report)
    _acknowledge(cloud, line, [])
    return True


async def _beat(cloud: Cloud, device: Device, line: Line, report: Report) -> None:
    seen, position = cloud.part(Seen), report.position
    before = seen.position(device.id)
    seen.place(device.id, position)
    await heard(cloud, device, line, report)
    if before is None or before.on_glass != position.on_glass:
        _shows(cloud, device, report)
    if before is None or position.moved_on(before):
        await _follow(cloud, device, position)
    if position.update and (before is None or before.update != position.update):
        await _note_update(cloud, device, report)


def _shows(cloud: Cloud, device: Device, report: Report) -> None:
    data = {"deviceId": device.id, "currentContent": report.current_content}
    cloud.tell(device.organization_id, "device:now", data)


async def _follow(cloud: Cloud, device: Device, position: Position) -> None:
    """How far instant publications have come on this screen."""

    def work(unit: Unit) -> None:
        if position.manifest_version is not None:
            mark_downloaded(unit, device.id, position.manifest_version)
        if position.override_id is not None:
            mark_override_shown(unit, device.id, position.override_id, unit.now)

    if await cloud.read(lambda unit: waits(unit, device.id), device.organization_id):
        await cloud.write(work, device.organization_id)


async def _note_update(cloud: Cloud, device: Device, report: Report) -> None:
    """Which system runs there now, and what became of the one it was offered."""
    said = update_of(report.update)
    if said is not None and await cloud.read(lambda unit: is_news(unit, device.id, said), device.organization_id):
        await cloud.write(lambda unit: note(unit, device.id, said), device.organization_id)


def _acknowledge(cloud: Cloud, line: Line, commands: list[dict[str, Any]]) -> None:
    data = {"nextHeartbeatIn": HEARTBEAT_MS, "commands": commands, "serverTime": instant(cloud.clock.now())}
    line.send(message("heartbeat:ack", data))


async def _commands(cloud: Cloud, device: Device) -> list[dict[str, Any]]:
    told = cloud.part(Commanded).take(device.id)
    there = told and await cloud.read(lambda unit: waiting(unit, device.id), device.organization_id)
    return await _deliver(cloud, device, again=False) if there else []


async def _deliver(cloud: Cloud, device: Device, *, again: bool) -> list[dict[str, Any]]:
    return await cloud.write(lambda unit: deliver(unit, device.id, again=again), device.organization_id)


async def heard(cloud: Cloud, device: Device, line: Line, report: Report | None = None) -> None:
    if await cloud.presence.beat(device.id, line.id):
        _status(cloud, device, "online")
    cloud.part(Seen).mark(device.id, report)


def _status(cloud: Cloud, device: Device, status: str) -> None:
    cloud.tell(device.organization_id, "device:status", {"deviceId": device.id, "status": status})
