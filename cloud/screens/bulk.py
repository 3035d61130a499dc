"""What concerns many screens at once, by target: which they are, tags and commands, each in one transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func
from starlette.responses import Response

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, invalid, refuse
from cloud.screens.commands import Kind, queue, wrong_args
from cloud.screens.devices import show_all
from cloud.tags import MAX_TAGS, tags_of, tidied, wrong_tags
from cloud.targets import Target, only_meant, wrong_target

SHOWN = 8


class Meaning(Body, frozen=True):
    target: Target


class Tagging(Body, frozen=True):
    target: Target
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Order(Body, frozen=True):
    target: Target
    type: Kind
    args: dict[str, Any] = msgspec.field(default_factory=dict)


async def meant(call: Call) -> Response:
    """{count, items}: how many screens a target means, and the first of them by name."""
    wanted: Meaning = call.body
    return (await call.read(lambda unit: _first_meant(call, unit, wanted.target))).response()


def _first_meant(call: Call, unit: Unit, target: Target) -> Reply:
    devices = tables.devices
    count = unit.connection.scalar(only_meant(unit, unit.select(devices, func.count()), target.stored()))
    query = only_meant(unit, unit.select(devices), target.stored()).order_by(devices.c.nickname, devices.c.id)
    return Reply({"count": count, "items": show_all(call.cloud, unit, unit.rows(query.limit(SHOWN)))})


def tag(call: Call, unit: Unit) -> Reply:
    """{added, removed}: by tag, the screens it was really added to or taken from; undoing is doing just that back.

    400 when a screen would have too many tags: then nothing is changed.
    """
    wanted: Tagging = call.body
    wrong = wrong_target(unit, wanted.target)
    refuse((*wrong, *wrong_tags(wanted.add, "/add"), *wrong_tags(wanted.remove, "/remove")))
    add, remove = tidied(wanted.add), tidied(wanted.remove)
    ids, tags = _meant(unit, wanted.target)
    removed = {tag: [id_ for id_ in ids if tag in tags[id_]] for tag in remove if tag not in add}
    added = {tag: [id_ for id_ in ids if tag not in tags[id_]] for tag in add}
    for id_ in ids:
        if len({*tags[id_], *add} - removed.keys()) > MAX_TAGS:
            raise invalid([FieldError("/add", f"gives a screen more than {MAX_TAGS} tags")])
    table = tables.device_tags
    for name, their in removed.items():
        unit.connection.execute(unit.delete(table).where(table.c.tag == name, table.c.device_id.in_(their)))
    unit.insert_many(table, [{"device_id": id_, "tag": name} for name, their in added.items() for id_ in their])
    unit.screens_may_change()
    changed = {id_ for their in (*added.values(), *removed.values()) for id_ in their}
    for id_ in changed:
        unit.change(tables.devices, id_)
    return Reply({"added": added, "removed": removed}, subjects=[id_ for id_ in ids if id_ in changed])


def order(call: Call, unit: Unit) -> Reply:
    """202 {deviceIds}: each of them got the command; what became of it is asked of each."""
    wanted: Order = call.body
    refuse((*wrong_target(unit, wanted.target), *wrong_args(wanted.type, wanted.args)))
    ids, _ = _meant(unit, wanted.target)
    command_ids = queue(unit, ids, wanted.type, wanted.args)
    return Reply({"deviceIds": ids, "commandIds": command_ids}, status=202, subjects=ids)


def _meant(unit: Unit, target: Target) -> tuple[Sequence[str], dict[str, list[str]]]:
    """Ids of the screens that are meant, and their tags."""
    devices = tables.devices
    query = only_meant(unit, unit.select(devices, devices.c.id), target.stored())
    ids = list(unit.connection.scalars(query.order_by(devices.c.created_at, devices.c.id)))
    return ids, tags_of(unit, tables.device_tags, ids)
