"""Schedules as rows and as what the API shows of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cloud.analytics.executions import Executions, executions
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.publishing.builder import schedule_of
from cloud.schedules.model import DEVICE_ZONE, NewSchedule
from cloud.schedules.upcoming import next_runs
from cloud.tags import tags_of
from cloud.targets import is_for
from cloud.wire import instant


def columns(new: NewSchedule) -> dict[str, Any]:
    """The columns of `schedules` that say what was asked for."""
    return {
        "name": new.name,
        "playlist_id": new.playlist_id,
        "layout_id": new.layout_id,
        "target": new.target.stored(),
        "priority": new.priority,
        "time_zone": new.timezone,
        "starts_on": new.starts_on,
        "ends_on": new.ends_on,
        "recurrence": msgspec.to_builtins(new.recurrence),
    }


def body_of(row: Row) -> dict[str, Any]:
    """The row as a client would send it."""
    return {
        "name": row["name"],
        "playlistId": row["playlist_id"],
        "layoutId": row["layout_id"],
        "target": row["target"],
        "priority": row["priority"],
        "timezone": row["time_zone"],
        "startsOn": row["starts_on"],
        "endsOn": row["ends_on"],
        "recurrence": row["recurrence"],
    }


def show(unit: Unit, rows: Sequence[Row]) -> list[dict[str, Any]]:
    played = executions(unit, [row["id"] for row in rows])
    zones = _device_zones(unit, rows)
    return [_shown(row, zones[row["id"]], played, unit.now) for row in rows]


def show_one(unit: Unit, schedule_id: str) -> dict[str, Any]:
    return show(unit, [unit.find(tables.schedules, schedule_id)])[0]


def _shown(row: Row, zone: str, played: Mapping[str, Executions], now: datetime) -> dict[str, Any]:
    done = played.get(row["id"], Executions())
    return {
        "id": row["id"],
        **body_of(row),
        "nextRuns": [instant(start) for start in next_runs(schedule_of(row, zone), now)],
        "lastExecutedAt": instant(done.last_at),
        "executionCount": done.count,
        "createdAt": instant(row["created_at"]),
        "updatedAt": instant(row["updated_at"]),
    }


def _device_zones(unit: Unit, rows: Sequence[Row]) -> dict[str, str]:
    """The time zone of the oldest screen each schedule is for: what `device` means in `nextRuns`."""
    devices: list[Row] = []
    if any(row["time_zone"] == DEVICE_ZONE for row in rows):
        table = tables.devices
        devices = unit.rows(unit.select(table, table.c.id, table.c.time_zone).order_by(table.c.created_at, table.c.id))
    tags = tags_of(unit, tables.device_tags, [device["id"] for device in devices])
    return {
        row["id"]: next(
            (device["time_zone"] for device in devices if is_for(row["target"], device["id"], tags[device["id"]])),
            "UTC",
        )
        for row in rows
    }
