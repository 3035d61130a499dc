"""`DELETE /api/device`: whoever stands before a screen that was just added takes it back (docs/adr/0011)."""

from datetime import timedelta

from cloud.audit.log import write_down
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.problems import Problem
from cloud.screens.enlisting import revoke_tokens

WITHIN = timedelta(minutes=10)
"""After it was added. The screen offers it for a minute; the rest is for a line that is slow or away."""


def leave(call: Call, unit: Unit) -> Reply:
    """Unpairs the screen that asks. Raises Problem 409 when it has been its organization's for longer."""
    device = unit.find(tables.devices, call.device.id)
    if device["paired_at"] is None or unit.now - device["paired_at"] > WITHIN:
        raise Problem(409, "CONFLICT_001", "A screen leaves by itself only just after it was added: remove it here.")
    write_down(unit, "device.leave", subject=device["id"], ip=call.ip)
    revoke_tokens(unit, device["id"])
    unit.remove(tables.devices, device["id"])
    unit.tell("device:status", {"deviceId": device["id"], "status": "removed"})
    return Reply(status=204)
