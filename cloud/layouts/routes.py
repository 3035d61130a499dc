"""`/api/layouts` (CONTRACT section 3)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.layouts.model import LayoutChange, NewLayout, NewZone, check_zones
from cloud.lists import page
from cloud.principals import Access
from cloud.rooms import Room
from cloud.uses.uses import check_unused
from cloud.wire import instant

_OWN = ("name", "width", "height", "background")
_ZONE = ("x", "y", "width", "height", "z")


def list_layouts(call: Call, unit: Unit) -> Reply:
    layouts = tables.layouts
    return Reply(page(call, unit, unit.select(layouts), layouts, lambda found: show(unit, found)))


def create(call: Call, unit: Unit) -> Reply:
    new: NewLayout = call.body
    check_zones(unit, new.zones, new.width, new.height)
    layout_id = unit.create(tables.layouts, **{name: getattr(new, name) for name in _OWN})
    _replace_zones(unit, layout_id, new.zones)
    return Reply(_show_one(unit, layout_id), status=201, revision=1)


def get(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.layouts, call.id)
    return Reply(show(unit, [row])[0], revision=row["revision"])


def replace(call: Call, unit: Unit) -> Reply:
    new: NewLayout = call.body
    return _change(call, unit, LayoutChange(zones=new.zones, **{name: getattr(new, name) for name in _OWN}))


def change(call: Call, unit: Unit) -> Reply:
    return _change(call, unit, call.body)


def _change(call: Call, unit: Unit, change: LayoutChange) -> Reply:
    row = unit.find(tables.layouts, call.id)
    call.check_match(row["revision"])
    given: dict[str, Any] = {name: value for name in _OWN if (value := getattr(change, name)) is not msgspec.UNSET}
    zones = change.zones
    if zones is msgspec.UNSET:  # a smaller layout may leave zones outside
        zones = msgspec.convert([_zone(zone) for zone in _zones(unit, [call.id])[call.id]], tuple[NewZone, ...])
    size = {"width": row["width"], "height": row["height"]} | given
    check_zones(unit, zones, size["width"], size["height"])
    _replace_zones(unit, call.id, zones)
    unit.change(tables.layouts, call.id, **given)
    unit.screens_may_change()
    return Reply(_show_one(unit, call.id), revision=row["revision"] + 1)


def delete(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.layouts, call.id)
    call.check_match(row["revision"])
    check_unused(unit, "layout", call.id, call.query("force"))
    unit.remove(tables.layouts, call.id)
    unit.screens_may_change()
    return Reply(status=204)


def show(unit: Unit, rows: Sequence[Row]) -> list[dict[str, Any]]:
    zones = _zones(unit, [row["id"] for row in rows])
    return [
        {
            "id": row["id"],
            **{name: row[name] for name in _OWN},
            "zones": [_zone(zone) for zone in zones[row["id"]]],
            "createdAt": instant(row["created_at"]),
            "updatedAt": instant(row["updated_at"]),
        }
        for row in rows
    ]


def _show_one(unit: Unit, layout_id: str) -> dict[str, Any]:
    return show(unit, [unit.find(tables.layouts, layout_id)])[0]


def _zones(unit: Unit, layout_ids: Sequence[str]) -> dict[str, list[Row]]:
    table = tables.layout_zones
    found: dict[str, list[Row]] = defaultdict(list)
    for row in unit.rows(unit.select(table).where(table.c.layout_id.in_(layout_ids)).order_by(table.c.position)):
        found[row["layout_id"]].append(row)
    return found


def _zone(row: Row) -> dict[str, Any]:
    return {"id": row["zone_id"], **{name: row[name] for name in _ZONE}, "playlistId": row["playlist_id"]}


def _replace_zones(unit: Unit, layout_id: str, zones: Sequence[NewZone]) -> None:
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


_ALL, _ONE = "/api/layouts", "/api/layouts/{id}"
ROOM = Room(
    endpoints=(
        Endpoint("GET", _ALL, list_layouts, Access.VIEWER, summary="List layouts"),
        Endpoint("POST", _ALL, create, Access.MANAGER, NewLayout, "layout.create", idempotent=True, summary="Make one"),
        Endpoint("GET", _ONE, get, Access.VIEWER, summary="One layout with its zones"),
        Endpoint("PUT", _ONE, replace, Access.MANAGER, NewLayout, "layout.update", summary="Replace it"),
        Endpoint("PATCH", _ONE, change, Access.MANAGER, LayoutChange, "layout.update", summary="Change it"),
        Endpoint("DELETE", _ONE, delete, Access.MANAGER, action="layout.delete", summary="Delete it"),
    )
)
