"""The calendar of a week, and the draft that a place in it stands for. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from cloud.web.timeline import Board


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    board: Board

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)


def monday_of(text: str, today: date) -> date:
    """Of the week of a day; of this week when the day makes no sense."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    if not date(2000, 1, 8) <= day <= date(2999, 1, 1):
        day = today
    return day - timedelta(days=day.isoweekday() - 1)


def wished(new: Mapping[str, Any], query: Mapping[str, str], device_ids: Collection[str]) -> dict[str, Any]:
    """A draft as the calendar asks for it: `day` (1 to 7), `from` and `to` (HH:MM), `screen`."""
    rule = dict(new["recurrence"])
    if query.get("day", "") in tuple("1234567"):
        rule["days"] = [int(query["day"])]
    rule |= {field: at for field, name in (("startTime", "from"), ("endTime", "to")) if (at := _time(query.get(name)))}
    meant = query.get("screen", "") in device_ids
    return {**new, "recurrence": rule} | ({"target": {"deviceIds": [query["screen"]], "tags": []}} if meant else {})


def _time(text: str | None) -> str:
    try:
        return f"{time.fromisoformat(text or ''):%H:%M}"
    except ValueError:
        return ""
