"""`GET /api/audit-logs`: who changed what in an organization, newest first (CONTRACT section 3, Accounts)."""

from typing import Any

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.pages import page
from cloud.principals import Access
from cloud.rooms import Room
from cloud.wire import instant, read_instant

FILTERS = {"action": "action", "entityType": "entity_type", "userId": "user_id"}
"""Name in the query, and its column."""


def listing(call: Call, unit: Unit) -> Reply:
    """`from` is included, `to` is not."""
    logs = tables.audit_logs
    query = unit.select(logs)
    for name, column in FILTERS.items():
        if (wanted := call.query(name)) is not None:
            query = query.where(logs.c[column] == wanted)
    if (start := read_instant(call.query("from"), "from")) is not None:
        query = query.where(logs.c.created_at >= start)
    if (end := read_instant(call.query("to"), "to")) is not None:
        query = query.where(logs.c.created_at < end)
    rows = page(
        unit,
        query,
        logs,
        limit=call.query("limit"),
        cursor=call.query("cursor"),
        show=lambda rows: [_show(row) for row in rows],
    )
    return Reply(rows)


def _show(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "userId": row["user_id"],
        "userEmail": row["user_email"],
        "apiTokenId": row["api_token_id"],
        "action": row["action"],
        "entityType": row["entity_type"],
        "entityId": row["entity_id"],
        "ipAddress": row["ip_address"],
        "createdAt": instant(row["created_at"]),
    }


ROOM = Room(endpoints=(Endpoint("GET", "/api/audit-logs", listing, Access.ADMIN),))
