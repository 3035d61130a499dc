"""`GET /api/audit-logs.csv`: the same rows as a sheet of any length, streamed."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from starlette.responses import Response

from cloud import sheets
from cloud.audit import rows
from cloud.audit.wanted import narrowed
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.lists import Cursor, after

AT_ONCE = 2000
"""Rows read in one transaction; what is held in memory while a file of any length goes out."""
HEADER = (
    "createdAt", "userEmail", "action", "entityType", "entityName", "entityId", "ipAddress", "userId", "apiTokenId",
    "id",
)  # fmt: skip
Shown = dict[str, Any]


async def sheet(call: Call) -> Response:
    """The first rows are read before the answer begins: a fault by then is still a problem, not a torn file."""
    first = await call.read(_part(call, None))

    async def parts() -> AsyncIterator[bytes]:
        yield sheets.encode([HEADER])
        shown, last = first
        while shown:
            yield sheets.encode([[row[name] for name in HEADER] for row in shown])
            if len(shown) < AT_ONCE:
                return
            shown, last = await call.read(_part(call, last))

    return sheets.stream("audit-log.csv", parts())


def _part(call: Call, last: Cursor | None) -> Callable[[Unit], tuple[Sequence[Shown], Cursor | None]]:
    """Those after `last`, the newest first; what is done meanwhile is newer, and not in it."""

    def work(unit: Unit) -> tuple[Sequence[Shown], Cursor | None]:
        found = unit.rows(after(narrowed(call, unit), tables.audit_logs, last).limit(AT_ONCE))
        return rows.show(unit, found), Cursor(found[-1]["created_at"], found[-1]["id"]) if found else None

    return work
