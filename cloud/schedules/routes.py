"""`/api/schedules` (CONTRACT section 3)."""

import msgspec

from cloud.bodies import convert
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.lists import page
from cloud.principals import Access
from cloud.rooms import Room
from cloud.schedules import rows
from cloud.schedules.model import NewSchedule, ScheduleChange, check_schedule
from cloud.schedules.preview import Preview, preview


def listing(call: Call, unit: Unit) -> Reply:
    schedules = tables.schedules
    return Reply(page(call, unit, unit.select(schedules), schedules, lambda found: rows.show(unit, found)))


def create(call: Call, unit: Unit) -> Reply:
    new: NewSchedule = call.body
    check_schedule(unit, new)
    schedule_id = unit.create(tables.schedules, **rows.columns(new))
    unit.screens_may_change()
    return Reply(rows.show_one(unit, schedule_id), status=201, revision=1)


def get(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.schedules, call.id)
    return Reply(rows.show(unit, [row])[0], revision=row["revision"])


def replace(call: Call, unit: Unit) -> Reply:
    return _store(call, unit, call.body)


def change(call: Call, unit: Unit) -> Reply:
    """The change laid over what there is, checked as a whole."""
    row = unit.find(tables.schedules, call.id)
    given: ScheduleChange = call.body
    return _store(call, unit, convert(rows.body_of(row) | msgspec.to_builtins(given), NewSchedule))


def _store(call: Call, unit: Unit, new: NewSchedule) -> Reply:
    row = unit.find(tables.schedules, call.id)
    call.check_match(row["revision"])
    check_schedule(unit, new)
    unit.change(tables.schedules, call.id, **rows.columns(new))
    unit.screens_may_change()
    return Reply(rows.show_one(unit, call.id), revision=row["revision"] + 1)


def delete(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.schedules, call.id)
    call.check_match(row["revision"])
    unit.remove(tables.schedules, call.id)
    unit.screens_may_change()
    return Reply(status=204)


_ALL, _ONE = "/api/schedules", "/api/schedules/{id}"
ROOM = Room(
    endpoints=(
        Endpoint("GET", _ALL, listing, Access.VIEWER),
        Endpoint("POST", _ALL, create, Access.MANAGER, NewSchedule, "schedule.create", idempotent=True),
        Endpoint("POST", f"{_ALL}/preview", preview, Access.VIEWER, Preview),
        Endpoint("GET", _ONE, get, Access.VIEWER),
        Endpoint("PUT", _ONE, replace, Access.MANAGER, NewSchedule, "schedule.update"),
        Endpoint("PATCH", _ONE, change, Access.MANAGER, ScheduleChange, "schedule.update"),
        Endpoint("DELETE", _ONE, delete, Access.MANAGER, action="schedule.delete"),
    )
)
