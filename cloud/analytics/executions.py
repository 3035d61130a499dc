"""How often a schedule was really carried out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func

from cloud.db import tables
from cloud.db.unit import Unit


@dataclass(frozen=True, slots=True)
class Executions:
    count: int = 0
    last_at: datetime | None = None


def executions(unit: Unit, schedule_ids: Collection[str]) -> dict[str, Executions]:
    """How many items each schedule really showed, on all its screens, and when the last one began.

    A schedule that showed nothing yet is missing.
    """
    hours = tables.play_hours
    query = unit.select(
        hours, hours.c.schedule_id, func.sum(hours.c.plays).label("count"), func.max(hours.c.last_at).label("last_at")
    ).where(hours.c.schedule_id.in_(schedule_ids))
    rows = unit.rows(query.group_by(hours.c.schedule_id))
    return {row["schedule_id"]: Executions(int(row["count"]), row["last_at"]) for row in rows}
