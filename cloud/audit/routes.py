"""`GET /api/audit-logs` and `.csv`: who changed what, newest first (CONTRACT section 3, Accounts)."""

from cloud.audit import rows
from cloud.audit.sheet import sheet
from cloud.audit.wanted import narrowed
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.lists import page
from cloud.principals import Access
from cloud.rooms import Room


def listing(call: Call, unit: Unit) -> Reply:
    return Reply(page(call, unit, narrowed(call, unit), tables.audit_logs, lambda found: rows.show(unit, found)))


ROOM = Room(
    endpoints=(
        Endpoint("GET", "/api/audit-logs", listing, Access.ADMIN),
        Endpoint("GET", "/api/audit-logs.csv", sheet, Access.ADMIN),
    )
)
