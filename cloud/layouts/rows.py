"""Layouts as rows and as what the API shows of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.layouts.model import NewZone
from cloud.wire import instant

OWN = ("name", "width", "height", "background")
"""Columns that are fields of the same name."""
_ZONE = ("x", "y", "width", "height", "z")


def show(unit: Unit, rows: Sequence[Row]) -> list[dict[str, Any]]:
    zones = _zones(unit, [row["id"] for row in rows])
    return [
        {
            "id": row["id"],
            **{name: row[name] for name in OWN},
            "zones": [_zone(zone) for zone in zones[row["id"]]],
            "createdAt": instant(row["created_at"]),
            "updatedAt": instant(row["updated_at"]),
        }
        for row in rows
    ]


def show_one(unit: Unit, layout_id: str) -> dict[str, Any]:
    return show(unit, [unit.find(tables.layouts, layout_id)])[0]


def _zones(unit: Unit, layout_ids: Sequence[str]) -> dict[str, list[Row]]:
    table = tables.layout_zones
    found: dict[str, list[Row]] = defaultdict(list)
    for row in unit.rows(unit.select(table).where(table.c.layout_id.in_(layout_ids)).order_by(table.c.position)):
        found[row["layout_id"]].append(row)
    return found


def _zone(row: Row) -> dict[str, Any]:
    return {"id": row["zone_id"], **{name: row[name] for name in _ZONE}, "playlistId": row["playlist_id"]}


def replace_zones(unit: Unit, layout_id: str, zones: Sequence[NewZone]) -> None:
    table = tables.layout_zones
    unit.connection.execute(unit.delete(table).where(table.c.layout_id == layout_id))
    unit.insert_many(
        table,
        [
            {
                "layout_id": layout_id,
                "zone_id": zone.id,
                "position": position,
                "playlist_id": zone.playlist_id,
                **{name: getattr(zone, name) for name in _ZONE},
            }
            for position, zone in enumerate(zones)
        ],
    )
