"""Instant publishing: `POST /api/publish` puts something over everything else, on these screens, for a while."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, func

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.most import MOST_PUBLICATIONS
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.pages import page
from cloud.problems import FieldError, Problem, invalid
from cloud.publishing.standing import standing
from cloud.screens.status import status_of
from cloud.tags import tags_of
from cloud.targets import Target, is_for, wrong_target
from cloud.wire import instant
from vizora.manifest.model import Level

MAX_DURATION_MS = 366 * 86_400_000
SOURCES = (
    ("playlistId", "playlist_id", tables.playlists),
    ("layoutId", "layout_id", tables.layouts),
    ("contentId", "content_id", tables.content),
)


class Publish(Body, frozen=True):
    target: Target
    playlist_id: str | None = None
    layout_id: str | None = None
    content_id: str | None = None
    duration_ms: int | None = None
    until: datetime | None = None
    level: Level = Level.NORMAL


def publish(call: Call, unit: Unit) -> Reply:
    wanted: Publish = call.body
    _check(unit, wanted)
    ends_at = wanted.until
    if wanted.duration_ms is not None:
        ends_at = unit.now + timedelta(milliseconds=wanted.duration_ms)
    standing_ones = unit.select(tables.overrides, func.count()).where(standing(unit.now))
    unit.refuse_beyond(MOST_PUBLICATIONS, standing_ones, 1, "publications at a time")
    override_id = unit.create(
        tables.overrides,
        level=wanted.level,
        playlist_id=wanted.playlist_id,
        layout_id=wanted.layout_id,
        content_id=wanted.content_id,
        target=wanted.target.stored(),
        starts_at=unit.now,
        ends_at=ends_at,
        created_by=call.user.id,
    )
    unit.screens_may_change()
    row = unit.find(tables.overrides, override_id)
    unit.tell(
        "publish:progress", {"publishId": override_id, "screens": _count_of(unit, wanted.target), "state": "published"}
    )
    return Reply(_show(row), status=201, revision=1)


def listing(call: Call, unit: Unit) -> Reply:
    """Those that stand now."""
    overrides = tables.overrides
    query = unit.select(overrides).where(standing(unit.now))
    shown = page(
        unit,
        query,
        overrides,
        limit=call.query("limit"),
        cursor=call.query("cursor"),
        show=lambda rows: [_show(row) for row in rows],
    )
    return Reply(shown)


def end(call: Call, unit: Unit) -> Reply:
    override = unit.find(tables.overrides, call.id)
    call.check_match(override["revision"])
    if override["ended_at"] is not None:
        return Reply(status=204, subjects=())  # said twice, done once
    overrides = tables.overrides
    unit.connection.execute(unit.update(overrides).where(overrides.c.id == call.id).values(ended_at=unit.now))
    unit.screens_may_change()
    unit.tell("publish:progress", {"publishId": call.id, "state": "ended"})
    return Reply(status=204)


def screens(call: Call, unit: Unit) -> Reply:
    """How far it is on each screen: told, downloaded, on the glass."""
    override = unit.find(tables.overrides, call.id)
    table = tables.override_screens
    progress = {row["device_id"]: row for row in unit.rows(unit.select(table).where(table.c.override_id == call.id))}
    items = [_progress(call, device, progress.get(device["id"])) for device in screens_of(unit, override)]
    return Reply({"items": items, "nextCursor": None})


def screens_of(unit: Unit, override: Row) -> list[Row]:
    devices = unit.rows(unit.select(tables.devices).order_by(tables.devices.c.nickname, tables.devices.c.id))
    tags = tags_of(unit, tables.device_tags, "device_id", [device["id"] for device in devices])
    return [device for device in devices if is_for(override["target"], device["id"], tags[device["id"]])]


def _count_of(unit: Unit, target: Target) -> int:
    """How many screens are meant. To all is said to ten thousand, and they are not read for it."""
    if target.all:
        devices = tables.devices
        return int(unit.connection.scalar(unit.select(devices, func.count())) or 0)
    return len(screens_of(unit, {"target": target.stored()}))


def _check(unit: Unit, wanted: Publish) -> None:
    errors = list(wrong_target(unit, wanted.target))
    given = [name for name, column, _ in SOURCES if getattr(wanted, column) is not None]
    if len(given) != 1:
        errors.append(FieldError("/playlistId", "give exactly one of playlistId, layoutId and contentId"))
    if wanted.duration_ms is not None and wanted.until is not None:
        errors.append(FieldError("/until", "give durationMs or until, not both"))
    if wanted.duration_ms is not None and not 1 <= wanted.duration_ms <= MAX_DURATION_MS:
        errors.append(FieldError("/durationMs", f"must be 1 to {MAX_DURATION_MS}"))
    if wanted.until is not None and (wanted.until.tzinfo is None or wanted.until <= unit.now):
        errors.append(FieldError("/until", "must be an instant to come, as in 2026-12-24T18:00:00Z"))
    for name, column, table in SOURCES:
        errors.extend(_unknown(unit, name, table, getattr(wanted, column)))
    if errors == [FieldError("/contentId", "is none of your content")]:
        raise Problem(400, "PLAYLIST_001", "There is no such content.", errors=errors)
    if errors:
        raise invalid(errors)


def _unknown(unit: Unit, name: str, table: Table, id: str | None) -> list[FieldError]:  # noqa: A002
    if id is None or unit.known(table, [id]):
        return []
    what = "content" if table is tables.content else table.name
    return [FieldError(f"/{name}", f"is none of your {what}")]


def _show(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "playlistId": row["playlist_id"],
        "layoutId": row["layout_id"],
        "contentId": row["content_id"],
        "target": row["target"],
        "level": row["level"],
        "startsAt": instant(row["starts_at"]),
        "endsAt": instant(row["ends_at"]),
        "createdAt": instant(row["created_at"]),
    }


def _progress(call: Call, device: Row, row: Row | None) -> dict[str, Any]:
    at: Row = row or {}
    return {
        "deviceId": device["id"],
        "nickname": device["nickname"],
        "status": status_of(call.cloud, device),
        "manifestVersion": at.get("manifest_version"),
        "sentAt": instant(at.get("sent_at")),
        "downloadedAt": instant(at.get("downloaded_at")),
        "onGlassAt": instant(at.get("shown_at")),
    }
