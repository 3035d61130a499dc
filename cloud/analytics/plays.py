"""What was really played, counted from the plays that screens reported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.problems import invalid_field
from cloud.screens.status import Status, status_of
from cloud.wire import instant, read_instant

GROUPS = {
    "content": tables.plays.c.content_id,
    "device": tables.plays.c.device_id,
    "playlist": tables.plays.c.playlist_id,
    "schedule": tables.plays.c.schedule_id,
}
NAMES = {
    "content": (tables.content, tables.content.c.title),
    "device": (tables.devices, tables.devices.c.nickname),
    "playlist": (tables.playlists, tables.playlists.c.name),
    "schedule": (tables.schedules, tables.schedules.c.name),
}
MOST_ROWS = 200
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Executions:
    count: int = 0
    last_at: datetime | None = None


def executions(unit: Unit, schedule_ids: Collection[str]) -> dict[str, Executions]:
    """How many items each schedule really showed, on all its screens, and when the last one began.

    A schedule that showed nothing yet is missing.
    """
    plays = tables.plays
    query = unit.select(
        plays, plays.c.schedule_id, func.count().label("count"), func.max(plays.c.started_at).label("last_at")
    ).where(plays.c.schedule_id.in_(schedule_ids))
    rows = unit.rows(query.group_by(plays.c.schedule_id))
    return {row["schedule_id"]: Executions(row["count"], row["last_at"]) for row in rows}


def grouped(call: Call, unit: Unit) -> Reply:
    """`?groupBy=content|device|playlist|schedule&from=&to=`: plays and time on the glass, the most played first."""
    by = call.query("groupBy") or "content"
    if by not in GROUPS:
        raise invalid_field("groupBy", f"must be one of {', '.join(GROUPS)}")
    plays, column = tables.plays, GROUPS[by]
    query = unit.select(
        plays,
        column.label("id"),
        func.count().label("plays"),
        func.sum(plays.c.duration_ms).label("duration_ms"),
        func.max(plays.c.started_at).label("last_at"),
    ).where(plays.c.started_at >= _from(call, unit), plays.c.started_at < _to(call, unit))
    rows = unit.rows(query.group_by(column).order_by(func.count().desc(), column).limit(MOST_ROWS))
    names = _names(unit, by, [row["id"] for row in rows if row["id"] is not None])
    items = [
        {
            "id": row["id"],
            "name": names.get(row["id"]),
            "plays": row["plays"],
            "durationMs": int(row["duration_ms"]),
            "lastPlayedAt": instant(row["last_at"]),
        }
        for row in rows
    ]
    return Reply({"groupBy": by, "items": items, "nextCursor": None})


def summary(call: Call, unit: Unit) -> Reply:
    """The organization at a glance; plays of the last 24 hours."""
    plays, devices = tables.plays, tables.devices
    recent = unit.row(
        unit.select(
            plays, func.count().label("plays"), func.coalesce(func.sum(plays.c.duration_ms), 0).label("duration_ms")
        ).where(plays.c.started_at >= unit.now - DAY)
    )
    assert recent is not None
    states = [status_of(call.cloud, row) for row in unit.rows(unit.select(devices))]
    return Reply(
        {
            "screens": {"total": len(states), **{status: states.count(status) for status in Status}},
            "content": _count(unit, tables.content),
            "playlists": _count(unit, tables.playlists),
            "schedules": _count(unit, tables.schedules),
            "playsLastDay": recent["plays"],
            "playedMsLastDay": int(recent["duration_ms"]),
        }
    )


def _names(unit: Unit, by: str, ids: list[str]) -> dict[str, str]:
    table, column = NAMES[by]
    rows = unit.rows(unit.select(table, table.c.id, column.label("name")).where(table.c.id.in_(ids)))
    return {row["id"]: row["name"] for row in rows}


def _count(unit: Unit, table: Any) -> int:
    return unit.connection.scalar(unit.select(table, func.count())) or 0


def _from(call: Call, unit: Unit) -> datetime:
    return read_instant(call.query("from"), "from") or unit.now - 30 * DAY


def _to(call: Call, unit: Unit) -> datetime:
    return read_instant(call.query("to"), "to") or unit.now + DAY
