"""`GET /api/tags`: the tags an organization uses, and how many things have each."""

from sqlalchemy import Table, func

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply


def listing(_: Call, unit: Unit) -> Reply:
    """By name."""
    return Reply({"content": _counted(unit, tables.content_tags), "devices": _counted(unit, tables.device_tags)})


def _counted(unit: Unit, table: Table) -> dict[str, int]:
    query = unit.select(table, table.c.tag, func.count().label("count")).group_by(table.c.tag).order_by(table.c.tag)
    return {row["tag"]: row["count"] for row in unit.rows(query)}
