"""When screens were in touch: written down with each sighting, so that no crash of ours loses more than a second.

The stretch that may still go on lies in the screen's own row (`online_since` to `last_seen_at`); only when a screen is
heard again after a silence is the stretch before it written to `online_stretches`. Nobody has to notice its end.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, select, update

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.db.upsert import insert_into

SILENCE = timedelta(seconds=60)
"""A screen that was not heard for longer was offline (CONTRACT section 4)."""
AT_ONCE = 5000


def note_sightings(unit: Unit, seen: Mapping[str, datetime]) -> None:
    """Screens, of any organization, that were heard at these instants."""
    devices = tables.devices
    _end_stretches(unit, seen)
    at = bindparam("at", type_=devices.c.last_seen_at.type)
    goes_on = (devices.c.online_since.is_not(None)) & (devices.c.last_seen_at >= bindparam("since"))
    unit.connection.execute(
        update(devices)
        .where(devices.c.id == bindparam("device"))
        .values(online_since=case((goes_on, devices.c.online_since), else_=at), last_seen_at=at),
        [{"device": id_, "at": at, "since": at - SILENCE} for id_, at in seen.items()],
    )


def _end_stretches(unit: Unit, seen: Mapping[str, datetime]) -> None:
    """Writes down the stretches that a silence has ended."""
    devices, stretches = tables.devices, tables.online_stretches
    ids = list(seen)
    ended: list[dict[str, Any]] = []
    for start in range(0, len(ids), AT_ONCE):
        query = select(devices.c.id, devices.c.organization_id, devices.c.online_since, devices.c.last_seen_at)
        some = query.where(devices.c.id.in_(ids[start : start + AT_ONCE]), devices.c.online_since.is_not(None))
        ended += [
            {
                "organization_id": row["organization_id"],
                "device_id": row["id"],
                "started_at": row["online_since"],
                "ended_at": row["last_seen_at"],
            }
            for row in unit.rows(some.where(devices.c.last_seen_at < max(seen.values()) - SILENCE))
            if row["last_seen_at"] < seen[row["id"]] - SILENCE
        ]
    if ended:
        unit.connection.execute(insert_into(unit, stretches).values(ended).on_conflict_do_nothing())
