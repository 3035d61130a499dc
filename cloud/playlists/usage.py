"""Where a playlist or layout is in use: what deleting it would take away from people."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, or_

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.problems import Problem, conflict, invalid_field

Usage = dict[str, list[dict[str, Any]]]


def playlist_usage(unit: Unit, playlist_id: str) -> Usage:
    zones = tables.layout_zones
    layouts = unit.select(zones, zones.c.layout_id).where(zones.c.playlist_id == playlist_id)
    return {
        "layouts": _named(unit, tables.layouts, tables.layouts.c.id.in_(layouts)),
        "devices": _named(
            unit, tables.devices, tables.devices.c.fallback_playlist_id == playlist_id, name=tables.devices.c.nickname
        ),
        **_scheduled(unit, "playlist_id", playlist_id),
    }


def layout_usage(unit: Unit, layout_id: str) -> Usage:
    return _scheduled(unit, "layout_id", layout_id)


def check_unused(used: Mapping[str, list[dict[str, Any]]], what: str, force: str | None) -> None:
    """Raises Problem 409 with the list of what uses it, unless `?force=true`."""
    if force not in (None, "true", "false"):
        raise invalid_field("force", "must be true or false")
    if any(used.values()) and force != "true":
        raise in_use(used, what)


def in_use(used: Mapping[str, list[dict[str, Any]]], what: str) -> Problem:
    return conflict(f"The {what} is in use; take it out there first, or delete it with ?force=true.", **used)


def _scheduled(unit: Unit, column: str, id_: str) -> Usage:
    schedules, overrides = tables.schedules, tables.overrides
    running = unit.select(overrides, overrides.c.id, overrides.c.level).where(
        overrides.c[column] == id_,
        overrides.c.ended_at.is_(None),
        or_(overrides.c.ends_at.is_(None), overrides.c.ends_at > unit.now),
    )
    return {
        "schedules": _named(unit, schedules, schedules.c[column] == id_),
        "overrides": [dict(row) for row in unit.rows(running)],
    }


def _named(unit: Unit, table: Table, condition: Any, *, name: Any = None) -> list[dict[str, Any]]:
    shown = table.c.name if name is None else name
    query = unit.select(table, table.c.id, shown.label("name")).where(condition).order_by(shown)
    return [dict(row) for row in unit.rows(query)]
