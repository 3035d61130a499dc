"""From when to when a page of figures looks: one of a few usual stretches, or days of one's own choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from starlette.requests import Request

from cloud.web.speech import N_
from cloud.web.timeline import midnight

USUAL = {"today": 1, "7": 7, "30": 30, "90": 90}
"""Days that end with today, by the name in the query."""
WORDS = {"today": N_("Today"), "7": N_("7 days"), "30": N_("30 days"), "90": N_("90 days")}
STANDARD = "7"
MOST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a place, `last` included."""

    first: date
    last: date
    name: str
    """One of USUAL; empty for days of one's own choice."""

    def instants(self, where: tzinfo) -> tuple[datetime, datetime]:
        """[from, to) in UTC."""
        after = self.last + timedelta(days=1)
        return midnight(self.first, where).astimezone(UTC), midnight(after, where).astimezone(UTC)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def chosen(query: Mapping[str, str], today: date) -> Period:
    """By `period`, or `from` and `to`; what makes no sense counts as the last 7 days."""
    first, last = _day(query.get("from")), _day(query.get("to"))
    if first and last and first <= last <= first + MOST:
        return Period(first, last, "")
    name = query.get("period", "")
    name = name if name in USUAL else STANDARD
    return Period(today - timedelta(days=USUAL[name] - 1), today, name)


def said(request: Request, name: str) -> str:
    """What the query says there; empty when it says nothing."""
    return request.query_params.get(name, "").strip()


def days_as_instants(chosen: dict[str, str], where: tzinfo) -> dict[str, str]:
    """`from` and `to` as the API wants them; nonsense is forgotten, in `chosen` too. The last day is included."""
    told = {}
    for name, later in (("from", 0), ("to", 1)):
        day = _day(chosen.get(name))
        if day is None:
            chosen.pop(name, None)
        else:
            at = midnight(day + timedelta(days=later), where)
            told[name] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return told


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2999, 1, 1) else None
