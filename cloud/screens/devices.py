"""The screens of an organization: list, look, change, remove."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import MAX_LIMIT, chosen, page, searched
from cloud.problems import FieldError, invalid_field, refuse
from cloud.screens.enlisting import revoke_tokens
from cloud.screens.status import READ, Status, show, status_of
from cloud.services import Cloud
from cloud.tags import replace_tags, tags_of, tidied, wrong_tags
from cloud.updates.offering import Channel
from vizora.errors import PublisherError
from vizora.manifest.model import PowerWindow
from vizora.manifest.soundness import COLOUR, ROTATIONS
from vizora.schedule.recurrence import check_days
from vizora.schedule.wall import time_of_day
from vizora.schedule.zones import zone_names

MAX_POWER_WINDOWS = 50
NAMES = {
    "nickname": "nickname",
    "location": "location",
    "timezone": "time_zone",
    "rotation": "rotation",
    "volume": "volume",
    "background": "background",
    "fallback_playlist_id": "fallback_playlist_id",
    "update_channel": "update_channel",
}
"""Field of a change, and its column."""


class Change(Body, frozen=True):
    nickname: str | UnsetType = UNSET
    location: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    rotation: int | UnsetType = UNSET
    volume: int | UnsetType = UNSET
    background: str | UnsetType = UNSET
    power: tuple[PowerWindow, ...] | UnsetType = UNSET
    fallback_playlist_id: str | UnsetType | None = UNSET
    update_channel: Channel | UnsetType | None = UNSET
    """None: the organization's."""


def listing(call: Call, unit: Unit) -> Reply:
    devices = tables.devices
    query = searched(call, unit.select(devices), devices.c.nickname, devices.c.location)
    if (ids := call.query("ids")) is not None:
        wanted = [one for one in ids.split(",") if one]
        if len(wanted) > MAX_LIMIT:
            raise invalid_field("ids", f"must have at most {MAX_LIMIT} ids")
        query = query.where(devices.c.id.in_(wanted))
    if tag := call.query("tag"):
        query = query.where(devices.c.id.in_(unit.select(tables.device_tags, tables.device_tags.c.device_id).where(
            tables.device_tags.c.tag == tag)))  # fmt: skip
    if status := chosen(call, "status", Status):
        query = query.where(devices.c.id.in_(_with_status(call.cloud, unit, status)))
    return Reply(page(call, unit, query, devices, lambda rows: show_all(call.cloud, unit, rows)))


def get(call: Call, unit: Unit) -> Reply:
    device = unit.find(tables.devices, call.id)
    return Reply(show_all(call.cloud, unit, [device])[0], revision=device["revision"])


def change(call: Call, unit: Unit) -> Reply:
    device = unit.find(tables.devices, call.id)
    call.check_match(device["revision"])
    wanted: Change = call.body
    refuse(_faults(unit, wanted))
    values: dict[str, Any] = {
        column: getattr(wanted, field) for field, column in NAMES.items() if getattr(wanted, field) is not UNSET
    }
    if wanted.power is not UNSET:
        values["power"] = msgspec.to_builtins(wanted.power)
    if wanted.tags is not UNSET:
        replace_tags(unit, tables.device_tags, call.id, tidied(wanted.tags))
    unit.change(tables.devices, call.id, **values)
    unit.screens_may_change()
    return get(call, unit)


def remove(call: Call, unit: Unit) -> Reply:
    """Unpairs: its tokens end at once, the open socket is closed. What it played stays counted."""
    device = unit.find(tables.devices, call.id)
    call.check_match(device["revision"])
    revoke_tokens(unit, call.id)
    unit.remove(tables.devices, call.id)
    unit.tell("device:status", {"deviceId": call.id, "status": "removed"})
    return Reply(status=204)


def show_one(cloud: Cloud, unit: Unit, device_id: str) -> dict[str, Any]:
    return show_all(cloud, unit, [unit.find(tables.devices, device_id)])[0]


def show_all(cloud: Cloud, unit: Unit, rows: list[Row]) -> list[dict[str, Any]]:
    tags = tags_of(unit, tables.device_tags, [row["id"] for row in rows])
    return [show(cloud, row, tags[row["id"]]) for row in rows]


def _with_status(cloud: Cloud, unit: Unit, wanted: str) -> list[str]:
    devices = tables.devices
    rows = unit.rows(unit.select(devices, *(devices.c[name] for name in READ)))
    return [row["id"] for row in rows if status_of(cloud, row) == wanted]


def _faults(unit: Unit, wanted: Change) -> list[FieldError]:
    errors = []
    if wanted.nickname is not UNSET and not 1 <= len(wanted.nickname.strip()) <= 200:
        errors.append(FieldError("/nickname", "must have 1 to 200 characters"))
    if wanted.location is not UNSET and len(wanted.location) > 200:
        errors.append(FieldError("/location", "must have at most 200 characters"))
    if wanted.timezone is not UNSET and wanted.timezone not in zone_names():
        errors.append(FieldError("/timezone", "must be an IANA time zone, as in Europe/Berlin"))
    if wanted.rotation is not UNSET and wanted.rotation not in ROTATIONS:
        errors.append(FieldError("/rotation", "must be 0, 90, 180 or 270"))
    if wanted.volume is not UNSET and not 0 <= wanted.volume <= 100:
        errors.append(FieldError("/volume", "must be 0 to 100"))
    if wanted.background is not UNSET and not COLOUR.fullmatch(wanted.background):
        errors.append(FieldError("/background", "must be a colour such as #1a2b3c"))
    if wanted.tags is not UNSET:
        errors.extend(wrong_tags(wanted.tags))
    if wanted.power is not UNSET:
        errors.extend(_power_faults(wanted.power))
    playlist = wanted.fallback_playlist_id
    if isinstance(playlist, str) and not unit.known(tables.playlists, [playlist]):
        errors.append(FieldError("/fallbackPlaylistId", "is none of your playlists"))
    return errors


def _power_faults(windows: tuple[PowerWindow, ...]) -> list[FieldError]:
    if len(windows) > MAX_POWER_WINDOWS:
        return [FieldError("/power", f"must have at most {MAX_POWER_WINDOWS} entries")]
    errors = []
    for index, window in enumerate(windows):
        try:
            check_days(window.days)
            time_of_day(window.on)
            time_of_day(window.off)
        except PublisherError as fault:
            errors.append(FieldError(f"/power/{index}", str(fault)))
    return errors
