"""`POST /api/device/plays`: proof of play, counted exactly once by (device, bootId, n)."""

from typing import Any

from cloud.analytics.recording import record
from cloud.analytics.sink import Analytics
from cloud.db.unit import Unit
from cloud.device.seen import Seen
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, invalid, refuse
from cloud.publishing.progress import mark_shown, waits
from vizora.device_api import MAX_PLAYS_A_REQUEST, PlaysAccepted, PlaysReport
from vizora.plays import Play

MOST_MS = 10 * 366 * 86_400_000
"""Ten years. Counted together they stay what a database can add up, however many a screen in the wrong hands sends."""


def plays(call: Call, unit: Unit) -> Reply:
    """Everything in the report is stored when this answers, whether it was new or came before."""
    report: PlaysReport = call.body
    _check(report.events)
    outbox = call.cloud.part(Analytics).sink is not None
    record(unit, [_row(call.device.id, play, unit) for play in report.events], outbox=outbox)
    if report.events and waits(unit, call.device.id):
        for play in report.events:
            if play.schedule_id is None:
                mark_shown(unit, call.device.id, play.playlist_id, play.started_at)
    call.cloud.part(Seen).mark(call.device.id)
    return Reply(PlaysAccepted(max((play.n for play in report.events), default=None)))


def _check(events: tuple[Play, ...]) -> None:
    if len(events) > MAX_PLAYS_A_REQUEST:
        raise invalid([FieldError("/events", f"must have at most {MAX_PLAYS_A_REQUEST} entries")])
    errors = []
    for index, play in enumerate(events):
        if play.started_at.tzinfo is None:
            errors.append(FieldError(f"/events/{index}/startedAt", "must be an instant in UTC"))
        if not 0 <= play.n < 2**53 or not 0 <= play.duration_ms <= MOST_MS:
            errors.append(FieldError(f"/events/{index}", f"n must be 0 to 2^53 - 1, durationMs 0 to {MOST_MS}"))
        names = (play.item_id, play.content_id, play.playlist_id, play.schedule_id or "x")
        if not all(1 <= len(name) <= 36 and name.isprintable() for name in names):
            errors.append(FieldError(f"/events/{index}", "ids must have 1 to 36 characters"))
        if not (1 <= len(play.boot_id) <= 64 and play.boot_id.isprintable()):
            errors.append(FieldError(f"/events/{index}/bootId", "must have 1 to 64 characters"))
    refuse(errors)


def _row(device_id: str, play: Play, unit: Unit) -> dict[str, Any]:
    return {
        "device_id": device_id,
        "boot_id": play.boot_id,
        "n": play.n,
        "item_id": play.item_id,
        "content_id": play.content_id,
        "playlist_id": play.playlist_id,
        "schedule_id": play.schedule_id,
        "started_at": play.started_at,
        "duration_ms": play.duration_ms,
        "completed": play.completed,
        "clock": play.clock.value,
        "received_at": unit.now,
    }
