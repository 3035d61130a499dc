"""`GET /api/analytics/plays`: what was really played, by content, screen, playlist, schedule, hour or day."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from cloud import sheets
from cloud.analytics.calendar import Slot, by_day, by_hour, step_s
from cloud.analytics.paging import page
from cloud.analytics.queries import Count, Key
from cloud.analytics.question import Question, read_question, read_zone
from cloud.analytics.sink import Analytics
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.lists import chosen
from cloud.things import names_of
from cloud.wire import instant

KEYS = {key.kind: key for key in Key}
CALENDAR = {"hour": by_hour, "day": by_day}
GROUPS = (*KEYS, *CALENDAR)
COUNTED = ("plays", "completed", "durationMs")


def grouped(call: Call, unit: Unit) -> Reply:
    """Ids: the most played first, with their names. Hours and days: those with plays, in their order, in `timeZone`."""
    by, question = _group(call), read_question(call, unit)
    zone_name, zone = read_zone(call)
    about = {
        "groupBy": by,
        "from": instant(question.start),
        "to": instant(question.end),
        "timeZone": zone_name,
    }
    if by in CALENDAR:
        return Reply(about | page(call, _slots(call, unit, by, question, zone), _show_slots))
    return Reply(about | page(call, _counts(call, unit, by, question), lambda counts: _show_counts(unit, by, counts)))


def grouped_sheet(call: Call, unit: Unit) -> Reply:
    """The same in whole, as CSV."""
    by, question = _group(call), read_question(call, unit)
    zone_name, zone = read_zone(call)
    if by in CALENDAR:
        items = _show_slots(_slots(call, unit, by, question, zone))
        header, names = [f"{by} ({zone_name})", "startUtc", *COUNTED], ["local", "start", *COUNTED]
    else:
        items = _show_counts(unit, by, _counts(call, unit, by, question))
        header = names = ["id", "name", *COUNTED, "lastPlayedAt"]
    return sheets.reply(f"plays-by-{by}.csv", [header, *([item[name] for name in names] for item in items)])


def _group(call: Call) -> str:
    return chosen(call, "groupBy", GROUPS) or "content"


def _counts(call: Call, unit: Unit, by: str, question: Question) -> list[tuple[str | None, Count]]:
    counts = call.cloud.part(Analytics).queries(unit).by(KEYS[by], question)
    return sorted(counts.items(), key=lambda pair: (-pair[1].plays, pair[0] or ""))


def _slots(call: Call, unit: Unit, by: str, question: Question, zone: tzinfo) -> list[Slot]:
    step = step_s(zone, question.start, question.end)
    return CALENDAR[by](call.cloud.part(Analytics).queries(unit).buckets(question, step), zone)


def _show_counts(unit: Unit, by: str, counts: Sequence[tuple[str | None, Count]]) -> list[dict[str, Any]]:
    names = names_of(unit, by, [id_ for id_, _ in counts])
    return [
        {
            "id": id_,
            "name": names.get(id_ or ""),
            **_shown(count),
            "lastPlayedAt": instant(count.last_at),
        }
        for id_, count in counts
    ]


def _show_slots(slots: Sequence[Slot]) -> list[dict[str, Any]]:
    return [{"start": instant(slot.start), "local": slot.label, **_shown(slot.count)} for slot in slots]


def _shown(count: Count) -> dict[str, int]:
    return {"plays": count.plays, "completed": count.completed, "durationMs": count.duration_ms}
