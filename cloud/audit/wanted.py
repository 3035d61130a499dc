"""Which rows of the audit log somebody asks for."""

from typing import Any

from sqlalchemy import Select

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.lists import within

FILTERS = {"action": "action", "entityType": "entity_type", "userId": "user_id"}
"""Name in the query, and its column."""


def narrowed(call: Call, unit: Unit) -> Select[Any]:
    """Raises Problem 400."""
    logs = tables.audit_logs
    query = unit.select(logs)
    for name, column in FILTERS.items():
        if (wanted := call.query(name)) is not None:
            query = query.where(logs.c[column] == wanted)
    return within(call, query, logs.c.created_at)
