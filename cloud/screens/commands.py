"""Commands to a screen: queued until it is there, delivered once, answered or run out (CONTRACT section 3)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, not_found, refuse
from cloud.wire import instant

KEPT = timedelta(hours=1)
"""How long a command waits for a screen that is away."""
MOST_AT_ONCE = 20


class Kind(StrEnum):
    IDENTIFY = "identify"
    SCREENSHOT = "screenshot"
    RESTART_PLAYER = "restart-player"
    REBOOT = "reboot"
    SYNC_NOW = "sync-now"
    CLEAR_CACHE = "clear-cache"
    DISPLAY_ON = "display-on"
    DISPLAY_OFF = "display-off"
    VOLUME = "volume"
    COLLECT_LOGS = "collect-logs"
    OPEN_DIAGNOSTICS = "open-diagnostics"
    UPDATE = "update"


class Arg(NamedTuple):
    name: str
    least: int
    most: int
    required: bool = False


ARGS = {Kind.VOLUME: Arg("volume", 0, 100, required=True), Kind.IDENTIFY: Arg("seconds", 1, 300)}


class Command(Body, frozen=True):
    type: Kind
    args: dict[str, Any] = msgspec.field(default_factory=dict)


class Done(msgspec.Struct, frozen=True, rename="camel"):
    """What a screen says of a command: `command:result`."""

    command_id: str
    ok: bool
    result: Any = None


def send(call: Call, unit: Unit) -> Reply:
    unit.find(tables.devices, call.id)
    wanted: Command = call.body
    refuse(wrong_args(wanted.type, wanted.args))
    (command_id,) = queue(unit, [call.id], wanted.type, wanted.args)
    return Reply({"commandId": command_id}, status=202, subject=call.id)


def queue(unit: Unit, device_ids: Sequence[str], kind: Kind, args: Mapping[str, Any]) -> list[str]:
    """A command for each of these screens; their ids, in the same order."""
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "device_id": device_id, "type": kind, "args": args, "state": "queued",
         "created_at": unit.now, "expires_at": unit.now + KEPT}
        for device_id in device_ids
    ]  # fmt: skip
    unit.insert_many(tables.commands, rows)
    unit.told.commanded.extend(device_ids)
    return [row["id"] for row in rows]


def wrong_args(kind: Kind, args: Mapping[str, Any]) -> list[FieldError]:
    """What a screen would refuse: said at once, to whoever sends it."""
    known = ARGS.get(kind)
    takes = "nothing" if known is None else known.name
    errors = [
        FieldError(f"/args/{name}", f"is no argument of {kind}: it takes {takes}")
        for name in args
        if known is None or name != known.name
    ]
    if known is None or (known.name not in args and not known.required):
        return errors
    value = args.get(known.name)
    if isinstance(value, int) and not isinstance(value, bool) and known.least <= value <= known.most:
        return errors
    return [*errors, FieldError(f"/args/{known.name}", f"must be a whole number from {known.least} to {known.most}")]


def get(call: Call, unit: Unit) -> Reply:
    unit.find(tables.devices, call.id)
    row = unit.get(tables.commands, call.param("command_id"))
    if row is None or row["device_id"] != call.id:
        raise not_found()
    return Reply(_show(row, unit))


def waiting(unit: Unit, device_id: str, *, again: bool = False) -> bool:
    """Whether `deliver` would have something."""
    commands = tables.commands
    return unit.row(unit.select(commands, commands.c.id).where(*_open(unit, device_id, again)).limit(1)) is not None


def deliver(unit: Unit, device_id: str, *, again: bool = False) -> list[dict[str, Any]]:
    """The commands that wait for this screen; from now on they count as delivered.

    `again`: also those that were brought before and not answered, because the line they went into may have been dead.
    A screen does each one once and repeats its answer.
    """
    commands = tables.commands
    query = unit.select(commands).where(*_open(unit, device_id, again))
    rows = unit.rows(query.order_by(commands.c.created_at).limit(MOST_AT_ONCE))
    if rows:
        ids = [row["id"] for row in rows]
        unit.connection.execute(unit.update(commands).where(commands.c.id.in_(ids)).values(state="delivered"))
    return [
        {
            "commandId": row["id"],
            "type": row["type"],
            "args": row["args"],
            "expiresAt": instant(row["expires_at"]),
        }
        for row in rows
    ]


def _open(unit: Unit, device_id: str, again: bool) -> tuple[ColumnElement[bool], ...]:
    commands = tables.commands
    states = ("queued", "delivered") if again else ("queued",)
    return (commands.c.device_id == device_id, commands.c.state.in_(states), commands.c.expires_at > unit.now)


def finish(unit: Unit, device_id: str, done: Done) -> None:
    commands = tables.commands
    unit.connection.execute(
        unit.update(commands)
        .where(commands.c.id == done.command_id, commands.c.device_id == device_id)
        .values(state="done" if done.ok else "failed", result=done.result)
    )


def _show(row: Row, unit: Unit) -> dict[str, Any]:
    over = row["state"] in ("queued", "delivered") and row["expires_at"] <= unit.now
    return {
        "id": row["id"],
        "type": row["type"],
        "args": row["args"],
        "status": "failed" if over else row["state"],
        "result": {"error": "the screen did not answer in time"} if over else row["result"],
        "createdAt": instant(row["created_at"]),
        "expiresAt": instant(row["expires_at"]),
    }
