"""What screens say of themselves line by line: `POST /api/device/logs`, shown to their organization's people.

A screen may be in the wrong hands: what it sends is bounded, made harmless and shown as text only.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import chosen, page, searched, within
from cloud.logs import without_secrets
from cloud.problems import FieldError, invalid, refuse
from cloud.wire import instant
from vizora.device_api import MAX_LOG_CHARACTERS, MAX_LOG_LINES, LogLevel, LogReport

KEPT = timedelta(days=14)
MOST_KEPT = 5_000
"""Lines a screen; the oldest give way."""
MOST_SOURCE = 60
LOOKED_AT = 2 * MAX_LOG_CHARACTERS
"""Characters of a line that secrets are looked for in; what lies behind is not kept anyhow."""


def take(call: Call, unit: Unit) -> Reply:
    """204; everything is stored when this answers."""
    report: LogReport = call.body
    _check(report)
    unit.insert_many(
        tables.device_logs,
        [
            {
                "id": new_id(),
                "device_id": call.device.id,
                "at": line.at,
                "level": line.level,
                "source": harmless(line.source, MOST_SOURCE),
                "message": harmless(line.message, MAX_LOG_CHARACTERS),
                # Apart by a millionth of a second: a list is sorted by it, and they came in this order.
                "created_at": unit.now + timedelta(microseconds=number),
            }
            for number, line in enumerate(report.lines)
        ],
    )
    _forget_oldest(unit, call.device.id)
    if report.lines:
        unit.tell("device:logs", {"deviceId": call.device.id, "lines": len(report.lines)})
    return Reply(status=204)


def show(call: Call, unit: Unit) -> Reply:
    """Newest first, in the order they came; `at` is by the screen's own clock."""
    unit.find(tables.devices, call.id)
    logs = tables.device_logs
    query = searched(call, unit.select(logs).where(logs.c.device_id == call.id), logs.c.message)
    if level := chosen(call, "level", LogLevel):
        query = query.where(logs.c.level.in_(tuple(LogLevel)[tuple(LogLevel).index(LogLevel(level)) :]))
    if source := call.query("source"):
        query = query.where(logs.c.source == source)
    return Reply(page(call, unit, within(call, query, logs.c.created_at), logs, lambda rows: [*map(_show, rows)]))


def harmless(text: str, most: int) -> str:
    """In one line, without secrets, and without characters that do something to a terminal or to the text's order."""
    plain = "".join(_visible(character) for character in text[:LOOKED_AT])
    return without_secrets(plain)[:most]


def _visible(character: str) -> str:
    """Controls, formats (text direction), line ends and lone surrogates are written as what they are."""
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"\\u{ord(character):04x}"
    return character


def _check(report: LogReport) -> None:
    if len(report.lines) > MAX_LOG_LINES:
        raise invalid([FieldError("/lines", f"must have at most {MAX_LOG_LINES} entries")])
    errors = [
        FieldError(f"/lines/{index}/at", "must be an instant in UTC")
        for index, line in enumerate(report.lines)
        if not _is_instant(line.at)
    ]
    refuse(errors)


def _is_instant(at: datetime) -> bool:
    return at.tzinfo is not None and 1970 <= at.year <= 2200


def _forget_oldest(unit: Unit, device_id: str) -> None:
    logs = tables.device_logs
    newest = (
        select(logs.c.created_at)
        .where(logs.c.device_id == device_id)
        .order_by(logs.c.created_at.desc())
        .offset(MOST_KEPT)
        .limit(1)
    )
    oldest = unit.connection.scalar(newest)
    if oldest is not None:
        unit.connection.execute(delete(logs).where(logs.c.device_id == device_id, logs.c.created_at <= oldest))


def _show(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "at": instant(row["at"]),
        "receivedAt": instant(row["created_at"]),
        "level": row["level"],
        "source": row["source"],
        "message": row["message"],
    }
