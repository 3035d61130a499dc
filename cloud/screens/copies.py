"""The clone alarm: a screen of which there are two, as `cloud.realtime.turns` notices. An admin ends both.

Which of the two is the right one nobody here can know: they have the same keys and the same token.
"""

from sqlalchemy import select, update

from cloud.audit.log import write_down
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.screens.devices import show_one
from cloud.screens.enlisting import revoke_tokens
from cloud.screens.status import COPIED
from vizora.identifiers import OrganizationId


def alarm(unit: Unit, device_id: str) -> bool:
    """Marks the screen, once until somebody resolves it. Whether it was not marked yet, by any process."""
    devices = tables.devices
    organization_id = unit.connection.scalar(select(devices.c.organization_id).where(devices.c.id == device_id))
    this = (devices.c.id == device_id, devices.c.copies_seen_at.is_(None))
    if (
        organization_id is None
        or unit.connection.execute(update(devices).where(*this).values(copies_seen_at=unit.now)).rowcount != 1
    ):
        return False
    own = unit.within(OrganizationId(organization_id))
    own.tell("device:status", {"deviceId": device_id, "status": "error"})
    own.tell("device:alarm", {"deviceId": device_id, "problem": COPIED})
    write_down(own, "device.copies-seen", subject=device_id, user_id=None, user_email=None, ip="")
    return True


def revoke(call: Call, unit: Unit) -> Reply:
    """Ends every token of the screen, copies included; its place, name and history stay until a device is paired in it.

    Also for a screen that was stolen. The device makes itself a new identity and shows a code.
    """
    device = unit.find(tables.devices, call.id)
    call.check_match(device["revision"])
    revoke_tokens(unit, call.id)
    unit.change(tables.devices, call.id, copies_seen_at=None, last_seen_at=None, last_report=None)
    unit.tell("device:status", {"deviceId": call.id, "status": "pairing"})
    return Reply(show_one(call.cloud, unit, call.id))
