"""Which rows of the audit log somebody asks for."""

from typing import Any

from sqlalchemy import Select

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.wire import read_instant

FILTERS = {"action": "action", "entityType": "entity_type", "userId": "user_id"}
"""Name in the query, and its column."""


def narrowed(call: Call, unit: Unit) -> Select[Any]:
    """`from` is included, `to` is not. Raises Problem 400."""
    logs = tables.audit_logs
    query = unit.select(logs)
    for name, column in FILTERS.items():
        if (wanted := call.query(name)) is not None:
            query = query.where(logs.c[column] == wanted)
    if (start := read_instant(call.query("from"), "from")) is not None:
        query = query.where(logs.c.created_at >= start)
    if (end := read_instant(call.query("to"), "to")) is not None:
        query = query.where(logs.c.created_at < end)
    return query
