"""Instant publishing: `POST /api/publish` puts something over everything else, on these screens, for a while."""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Table, and_, func

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.most import MOST_PUBLICATIONS
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import page, read_limit
from cloud.problems import FieldError, Problem, refuse
from cloud.publishing.standing import standing
from cloud.screens.status import READ, status_of
from cloud.targets import Target, only_meant, wrong_target
from cloud.wire import instant
from vizora.manifest.model import Instant, Level

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
    until: Instant | None = None
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
    return Reply(page(call, unit, query, overrides, lambda rows: [*map(_show, rows)]))


def end(call: Call, unit: Unit) -> Reply:
    override = unit.find(tables.overrides, call.id)
    call.check_match(override["revision"])
    if override["ended_at"] is not None:
        return Reply(status=204, subjects=())  # said twice, done once
    unit.note(tables.overrides, call.id, ended_at=unit.now)
    unit.screens_may_change()
    unit.tell("publish:progress", {"publishId": call.id, "state": "ended"})
    return Reply(status=204)


def screens(call: Call, unit: Unit) -> Reply:
    """How far it is on each screen: told, downloaded, on the glass; those that are not there yet first.

    All of them, or the first `limit`; `count` and `onGlass` are of all.
    """
    override = unit.find(tables.overrides, call.id)
    devices, progress = tables.devices, tables.override_screens
    here = and_(progress.c.device_id == devices.c.id, progress.c.override_id == call.id)
    followed = devices.outerjoin(progress, here)
    meant = partial(only_meant, unit, target=override["target"])
    count, shown = unit.connection.execute(
        meant(unit.select(devices, func.count(), func.count(progress.c.shown_at)).select_from(followed))
    ).one()
    columns = (
        devices.c.nickname, *(devices.c[name] for name in READ),
        progress.c.manifest_version, progress.c.sent_at, progress.c.downloaded_at, progress.c.shown_at,
    )  # fmt: skip
    order = (progress.c.shown_at.is_not(None), devices.c.nickname, devices.c.id)
    query = meant(unit.select(devices, *columns).select_from(followed)).order_by(*order)
    if (limit := call.query("limit")) is not None:
        query = query.limit(read_limit(limit))
    items = [_progress(call, row) for row in unit.rows(query)]
    return Reply({"items": items, "nextCursor": None, "count": count, "onGlass": shown})


def _count_of(unit: Unit, target: Target) -> int:
    """How many screens are meant. To all is said to ten thousand, and they are not read for it."""
    devices = tables.devices
    query = only_meant(unit, unit.select(devices, func.count()), target.stored())
    return int(unit.connection.scalar(query) or 0)


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
    refuse(errors)


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


def _progress(call: Call, row: Row) -> dict[str, Any]:
    return {
        "deviceId": row["id"],
        "nickname": row["nickname"],
        "status": status_of(call.cloud, row),
        "manifestVersion": row["manifest_version"],
        "sentAt": instant(row["sent_at"]),
        "downloadedAt": instant(row["downloaded_at"]),
        "onGlassAt": instant(row["shown_at"]),
    }
