"""`GET /api/analytics/summary`: the organization at a glance."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func

from cloud import sheets
from cloud.analytics.question import DAY, Question, read_question
from cloud.analytics.sink import Analytics
from cloud.analytics.uptime import uptimes
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.screens.status import READ, Status, status_of
from cloud.wire import instant


def summary(call: Call, unit: Unit) -> Reply:
    """Screens, things and plays; the day's plays are those of the last 24 hours, the others those of `from` to `to`."""
    return Reply(_summary(call, unit))


def summary_sheet(call: Call, unit: Unit) -> Reply:
    shown = _summary(call, unit)
    rows = [(f"screens.{part}", count) for part, count in shown.pop("screens").items()]
    rows += shown.items()
    return sheets.reply("summary.csv", [("figure", "value"), *rows])


def _summary(call: Call, unit: Unit) -> dict[str, Any]:
    question = read_question(call, unit)
    queries = call.cloud.part(Analytics).queries(unit)
    total = queries.total(question)
    day = queries.total(replace(question, start=unit.now - DAY, end=unit.now + DAY))
    devices = unit.select(tables.devices, *(tables.devices.c[name] for name in READ))
    states = [status_of(call.cloud, row) for row in unit.rows(devices)]
    return {
        "from": instant(question.start),
        "to": instant(question.end),
        "screens": {"total": len(states), **{status: states.count(status) for status in Status}},
        "content": _count(unit, tables.content),
        "playlists": _count(unit, tables.playlists),
        "schedules": _count(unit, tables.schedules),
        "plays": total.plays,
        "completed": total.completed,
        "playedMs": total.duration_ms,
        "playsLastDay": day.plays,
        "playedMsLastDay": day.duration_ms,
        "uptime": _uptime(unit, question),
    }


def _uptime(unit: Unit, question: Question) -> float | None:
    """Of all screens together; None when there was none in this stretch."""
    screens = uptimes(unit, question.start, question.end, None)
    known = sum(screen.known_ms for screen in screens)
    return round(sum(screen.online_ms for screen in screens) / known, 4) if known else None


def _count(unit: Unit, table: Any) -> int:
    return unit.connection.scalar(unit.select(table, func.count())) or 0
