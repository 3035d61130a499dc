"""`/api/layouts` (CONTRACT section 3)."""

from typing import Any

import msgspec

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.layouts import rows
from cloud.layouts.model import LayoutChange, NewLayout, NewZone, check_zones
from cloud.lists import page
from cloud.principals import Access
from cloud.rooms import Room
from cloud.uses.uses import check_unused


def listing(call: Call, unit: Unit) -> Reply:
    layouts = tables.layouts
    return Reply(page(call, unit, unit.select(layouts), layouts, lambda found: rows.show(unit, found)))


def create(call: Call, unit: Unit) -> Reply:
    new: NewLayout = call.body
    check_zones(unit, new.zones, new.width, new.height)
    layout_id = unit.create(tables.layouts, **{name: getattr(new, name) for name in rows.OWN})
    rows.replace_zones(unit, layout_id, new.zones)
    return Reply(rows.show_one(unit, layout_id), status=201, revision=1)


def get(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.layouts, call.id)
    return Reply(rows.show(unit, [row])[0], revision=row["revision"])


def replace(call: Call, unit: Unit) -> Reply:
    new: NewLayout = call.body
    return _change(call, unit, LayoutChange(zones=new.zones, **{name: getattr(new, name) for name in rows.OWN}))


def change(call: Call, unit: Unit) -> Reply:
    return _change(call, unit, call.body)


def _change(call: Call, unit: Unit, change: LayoutChange) -> Reply:
    row = unit.find(tables.layouts, call.id)
    call.check_match(row["revision"])
    given: dict[str, Any] = {name: value for name in rows.OWN if (value := getattr(change, name)) is not msgspec.UNSET}
    zones = change.zones
    if zones is msgspec.UNSET:  # a smaller layout may leave zones outside
        zones = msgspec.convert(rows.show_one(unit, call.id)["zones"], tuple[NewZone, ...])
    size = {"width": row["width"], "height": row["height"]} | given
    check_zones(unit, zones, size["width"], size["height"])
    rows.replace_zones(unit, call.id, zones)
    unit.change(tables.layouts, call.id, **given)
    unit.screens_may_change()
    return Reply(rows.show_one(unit, call.id), revision=row["revision"] + 1)


def delete(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.layouts, call.id)
    call.check_match(row["revision"])
    check_unused(unit, "layout", call.id, call.query("force"))
    unit.remove(tables.layouts, call.id)
    unit.screens_may_change()
    return Reply(status=204)


_ALL, _ONE = "/api/layouts", "/api/layouts/{id}"
ROOM = Room(
    endpoints=(
        Endpoint("GET", _ALL, listing, Access.VIEWER),
        Endpoint("POST", _ALL, create, Access.MANAGER, NewLayout, "layout.create", idempotent=True),
        Endpoint("GET", _ONE, get, Access.VIEWER),
        Endpoint("PUT", _ONE, replace, Access.MANAGER, NewLayout, "layout.update"),
        Endpoint("PATCH", _ONE, change, Access.MANAGER, LayoutChange, "layout.update"),
        Endpoint("DELETE", _ONE, delete, Access.MANAGER, action="layout.delete"),
    )
)
