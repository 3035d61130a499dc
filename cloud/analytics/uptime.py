"""`GET /api/analytics/uptime`: how long each screen was in touch with the cloud."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cloud import sheets
from cloud.analytics.paging import page
from cloud.analytics.presence_log import SILENCE
from cloud.analytics.question import Stretch, read_question
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.wire import instant

MILLISECOND = timedelta(milliseconds=1)
COLUMNS = ("id", "name", "onlineMs", "offlineMs", "uptime", "outages", "longestOutageMs", "lastSeenAt")


@dataclass(frozen=True, slots=True)
class Uptime:
    """Of one screen, within a stretch that begins with its pairing at the earliest and ends now at the latest."""

    device_id: str
    name: str
    known_ms: int
    online_ms: int
    outages: int
    """Silences of more than 60 s, one that goes on included."""
    longest_outage_ms: int
    last_seen_at: datetime | None

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.device_id,
            "name": self.name,
            "onlineMs": self.online_ms,
            "offlineMs": self.known_ms - self.online_ms,
            "uptime": round(self.online_ms / self.known_ms, 4) if self.known_ms else None,
            "outages": self.outages,
            "longestOutageMs": self.longest_outage_ms,
            "lastSeenAt": instant(self.last_seen_at),
        }


def uptime(call: Call, unit: Unit) -> Reply:
    """The screens that were offline the longest come first."""
    question = read_question(call, unit)
    about = {"from": instant(question.start), "to": instant(question.end)}
    return Reply(about | page(call, _asked(call, unit), lambda some: [one.shown() for one in some]))


def uptime_sheet(call: Call, unit: Unit) -> Reply:
    shown = (one.shown() for one in _asked(call, unit))
    return sheets.reply("uptime.csv", [COLUMNS, *([row[name] for name in COLUMNS] for row in shown)])


def _asked(call: Call, unit: Unit) -> list[Uptime]:
    question = read_question(call, unit)
    found = uptimes(unit, question.start, question.end, question.only.get("device_id"))
    return sorted(found, key=lambda one: (one.online_ms - one.known_ms, one.name, one.device_id))


def uptimes(unit: Unit, start: datetime, end: datetime, device_ids: Sequence[str] | None) -> list[Uptime]:
    """Of the screens of the organization (or those named) that were paired before `end`."""
    devices, log = tables.devices, tables.online_stretches
    columns = devices.c.id, devices.c.nickname, devices.c.paired_at, devices.c.online_since, devices.c.last_seen_at
    query = unit.select(devices, *columns).where(devices.c.paired_at < end)
    past = (
        unit.select(log, log.c.device_id, log.c.started_at, log.c.ended_at)
        .where(log.c.ended_at >= start, log.c.started_at < end)
        .order_by(log.c.started_at)
    )
    if device_ids is not None:
        query, past = query.where(devices.c.id.in_(device_ids)), past.where(log.c.device_id.in_(device_ids))
    stretches: dict[str, list[Stretch]] = {}
    for row in unit.rows(past):
        stretches.setdefault(row["device_id"], []).append((row["started_at"], row["ended_at"]))
    found = []
    for device in unit.rows(query):
        if device["online_since"] is not None:
            stretches.setdefault(device["id"], []).append((device["online_since"], device["last_seen_at"]))
        known = (max(start, device["paired_at"]), min(end, unit.now))
        silences = silent(stretches.get(device["id"], []), *known)
        known_ms = max(0, (known[1] - known[0]) // MILLISECOND)
        lengths = [(until - since) // MILLISECOND for since, until in silences]
        found.append(
            Uptime(
                device_id=device["id"],
                name=device["nickname"],
                known_ms=known_ms,
                online_ms=known_ms - sum(lengths),
                outages=len(lengths),
                longest_outage_ms=max(lengths, default=0),
                last_seen_at=device["last_seen_at"],
            )
        )
    return found


def silent(online: Iterable[Stretch], start: datetime, end: datetime) -> list[Stretch]:
    """The parts of [start, end) in no stretch of `online` (which may overlap), when they last longer than SILENCE: a
    screen that beat a moment ago is online."""
    gaps, at = [], start
    for since, until in sorted(online):
        if since > at:
            gaps.append((at, min(since, end)))
        at = max(at, until)
        if at >= end:
            break
    if at < end:
        gaps.append((at, end))
    return [(since, until) for since, until in gaps if until - since > SILENCE]
