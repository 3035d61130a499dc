"""Schedules as rows and as what the API shows of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select

from cloud.analytics.executions import Executions, executions
from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Row, Unit
from cloud.publishing.builder import schedule_of
from cloud.schedules.model import DEVICE_ZONE, NewSchedule
from cloud.schedules.upcoming import next_runs
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
    targets = {row["id"]: row["target"] for row in rows if row["time_zone"] == DEVICE_ZONE}
    devices, tags = tables.devices, tables.device_tags
    age = (devices.c.created_at, devices.c.id)
    query = unit.select(devices, *age, devices.c.time_zone)
    oldest = unit.rows(query.order_by(*age).limit(1)) if targets else []
    ids = {id_ for target in targets.values() for id_ in target.get("deviceIds", ())}
    by_id = {row["id"]: row for row in (unit.rows(query.where(among(unit, devices.c.id, ids))) if ids else ())}
    names = {tag for target in targets.values() for tag in target.get("tags", ())}
    in_turn = func.row_number().over(partition_by=tags.c.tag, order_by=age).label("turn")
    tagged = (
        unit.select(devices, *age, devices.c.time_zone, tags.c.tag, in_turn)
        .join(tags, tags.c.device_id == devices.c.id)
        .where(among(unit, tags.c.tag, names))
        .subquery()
    )
    by_tag = {row["tag"]: row for row in (unit.rows(select(tagged).where(tagged.c.turn == 1)) if names else ())}

    def zone(target: Mapping[str, Any]) -> str:
        named = [by_id[id_] for id_ in target.get("deviceIds", ()) if id_ in by_id]
        meant = (
            oldest if target.get("all") else named + [by_tag[tag] for tag in target.get("tags", ()) if tag in by_tag]
        )
        return min(meant, key=lambda row: (row["created_at"], row["id"]))["time_zone"] if meant else "UTC"

    return {row["id"]: zone(targets[row["id"]]) if row["id"] in targets else "UTC" for row in rows}
