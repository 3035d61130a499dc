"""Rows of the audit log as what the API shows of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from cloud import things
from cloud.db.unit import Row, Unit
from cloud.wire import instant


def show(unit: Unit, rows: Sequence[Row]) -> list[dict[str, Any]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        ids[row["entity_type"]].add(row["entity_id"])
    now = {kind: things.names_of(unit, kind, ids[kind]) for kind in ids}
    return [_shown(row, now[row["entity_type"]]) for row in rows]


def _shown(row: Row, now: Mapping[str, str]) -> dict[str, Any]:
    """`now` has what the things that are still there are called today: rows from before names were kept need it."""
    kind, id_ = row["entity_type"], row["entity_id"]
    return {
        "id": row["id"],
        "userId": row["user_id"],
        "userEmail": row["user_email"],
        "apiTokenId": row["api_token_id"],
        "action": row["action"],
        "entityType": kind,
        "entityId": id_,
        "entityName": row["entity_name"] or now.get(id_),
        "pageUrl": things.page_of(kind, id_) if id_ in now else None,
        "ipAddress": row["ip_address"],
        "createdAt": instant(row["created_at"]),
    }
