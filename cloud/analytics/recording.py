"""Writing plays down: each (device, boot, n) once, counted in its hour in the same transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case

from cloud.analytics.question import floor_hour
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import insert_into, insert_new, insert_new_keys

COUNTED = ("plays", "completed", "duration_ms")
QUARTERS = (0, 1, 2)
"""Those of an hour that have columns of their own; the last is what is left."""
NOTHING = dict.fromkeys((*COUNTED, *(f"{name}_{quarter}" for quarter in QUARTERS for name in COUNTED)), 0)
HOURLY = ("hour", "device_id", "content_id", "playlist_id", "schedule_id")


def record(unit: Unit, plays: Sequence[Row], *, outbox: bool) -> int:
    """How many of `plays`, rows of that table, were new. With `outbox` they also wait to be sent on (`outbox.py`)."""
    first = {(play["device_id"], play["boot_id"], play["n"]): play for play in reversed(plays)}
    key = (tables.plays.c.device_id, tables.plays.c.boot_id, tables.plays.c.n)
    new = insert_new_keys(unit, tables.plays, list(first.values()), key)
    count_in_hours(unit, [first[place] for place in new])
    if outbox:
        insert_new(unit, tables.plays_outbox, [{"device_id": d, "boot_id": b, "n": n} for d, b, n in new])
    return len(new)


def count_in_hours(unit: Unit, plays: Sequence[Row]) -> None:
    """Adds these plays to `play_hours`. The caller knows that they were not added before."""
    rows = [row for _, row in sorted(_by_hour(unit, plays).items())]  # in one order, so that nobody waits in a ring
    if not rows:
        return
    hours = tables.play_hours
    insert = insert_into(unit, hours).values(rows)
    more = insert.excluded
    added = {name: hours.c[name] + more[name] for name in NOTHING}
    latest = case((more.last_at > hours.c.last_at, more.last_at), else_=hours.c.last_at)
    unit.connection.execute(
        insert.on_conflict_do_update(index_elements=["organization_id", *HOURLY], set_={**added, "last_at": latest})
    )


def _by_hour(unit: Unit, plays: Sequence[Row]) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for play in plays:
        keyed = {**play, "hour": floor_hour(play["started_at"]), "schedule_id": play["schedule_id"] or ""}
        key = {name: keyed[name] for name in HOURLY}
        empty = {"organization_id": unit.organization_id, **key, **NOTHING, "last_at": play["started_at"]}
        row = rows.setdefault(tuple(key.values()), empty)
        counted = {"plays": 1, "completed": int(play["completed"]), "duration_ms": play["duration_ms"]}
        quarter = play["started_at"].minute // 15
        for name, value in counted.items():
            row[name] += value
            if quarter in QUARTERS:
                row[f"{name}_{quarter}"] += value
        row["last_at"] = max(row["last_at"], play["started_at"])
    return rows
