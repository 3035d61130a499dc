"""What plays when, as a page draws it: a lane a day in the screen's own zone, with its bars, and rows of words.

From the API's timeline (CONTRACT section 3) and names to values; nothing here asks or knows the time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from cloud.web.speech import N_, _

COLOURS = 8
TICK_HOURS = 3
KINDS = {
    "override": N_("Instant publishing"), "schedule": N_("Schedule"), "fallback": N_("Fallback"), "none": N_("Nothing"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Who decides for a while. `tone` is a class name: one of COLOURS by order of appearance, or what kind it is."""

    kind: str
    name: str
    shows: str
    tone: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`start` and `end` as the screen's wall clock reads; `at` and `until` are the instants as the API writes them."""

    start: datetime
    end: datetime
    at: str
    until: str
    source: Source

    @property
    def is_gap(self) -> bool:
        return self.source.kind == "none"


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and `width` in percent of the day, which on days of a clock change is not 24 h long."""

    x: float
    width: float
    source: Source
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    day: date
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: float | None
    """Where the present is, in percent; None on other days."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called; an override and the playlist made for its content share an id."""

    schedules: Mapping[str, str] = field(default_factory=dict)
    playlists: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=dict)
    """Of the schedules."""

    def all(self) -> dict[str, str]:
        return {**self.playlists, **self.schedules, **self.overrides}


@dataclass(frozen=True, slots=True)
class Conflict:
    kind: str
    at: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Board:
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def gaps(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_gap)

    @property
    def legend(self) -> tuple[Source, ...]:
        return tuple({row.source.tone: row.source for row in self.rows}.values())


def kind_name(kind: str) -> str:
    """Of who decides: `Schedule`."""
    return _(KINDS[kind]) if kind in KINDS else kind


def source_name(kind: str, name: str) -> str:
    """`Schedule “Sale”`"""
    return _("%(kind)s “%(name)s”", kind=kind_name(kind), name=name) if name else kind_name(kind)


def midnight(day: date, where: tzinfo) -> datetime:
    """The instant at which the day starts there."""
    return datetime.combine(day, time(), tzinfo=where)


def board(timeline: Mapping[str, Any], days: Sequence[date], where: tzinfo, now: datetime, names: Names) -> Board:
    """`timeline` as the API gives it, for the local days `days`."""
    tones: dict[str, str] = {}
    rows = tuple(_row(segment, where, names, tones) for segment in timeline["segments"])
    conflicts = tuple(
        Conflict(one["kind"], one["from"], _conflict(one, names)) for one in timeline.get("conflicts", ())
    )
    return Board(tuple(_lane(day, rows, where, now) for day in days), rows, conflicts)


def _conflict(one: Mapping[str, Any], names: Names) -> str:
    called = names.all()
    winner, loser = (called.get(one[name]) or one[name] for name in ("winnerId", "loserId"))
    if one["kind"] == "tie":
        return _(
            "“%(winner)s” and “%(loser)s” have the same priority (%(priority)s). Give one of them the higher one.",
            winner=winner, loser=loser, priority=names.priorities.get(one["loserId"], "–"),
        )  # fmt: skip
    return _(
        "“%(loser)s” is active but never seen in this time; where it first would be, “%(winner)s” is shown.",
        winner=winner, loser=loser,
    )  # fmt: skip


def _row(segment: Mapping[str, Any], where: tzinfo, names: Names, tones: dict[str, str]) -> Row:
    start, end = (datetime.fromisoformat(segment[name]).astimezone(where) for name in ("from", "to"))
    kind, id_ = segment["source"]["kind"], segment["source"].get("id") or ""
    playlists = [zone["playlistId"] for zone in segment["zones"]]
    shows = ", ".join(dict.fromkeys(names.all().get(one) or _("a playlist that is gone") for one in playlists))
    called = {"schedule": names.schedules, "override": names.overrides, "fallback": names.playlists}.get(kind, {})
    name = called.get(id_) or kind_name(kind)
    tone = tones.setdefault(id_, f"tone-{len(tones) % COLOURS}") if kind == "schedule" else f"tone-{kind}"
    return Row(start, end, segment["from"], segment["to"], Source(kind, name, shows, tone, id_))


def _lane(day: date, rows: Sequence[Row], where: tzinfo, now: datetime) -> Lane:
    low, high = (midnight(one, where).timestamp() for one in (day, day + timedelta(days=1)))

    def place(at: float) -> float:
        return round(100 * (min(max(at, low), high) - low) / (high - low), 3)

    bars = []
    for row in rows:
        start, end = place(row.start.timestamp()), place(row.end.timestamp())
        if start < end:
            bars.append(Bar(start, round(end - start, 3), row.source, _words(row)))
    ticks = tuple(Tick(place(at.timestamp()), f"{at:%H}") for at in _hours(day, where))
    at = now.timestamp()
    return Lane(day, tuple(bars), ticks, place(at) if low <= at < high else None)


def _hours(day: date, where: tzinfo) -> Iterator[datetime]:
    for hour in range(0, 24, TICK_HOURS):
        yield datetime.combine(day, time(hour), tzinfo=where)


def _words(row: Row) -> str:
    return f"{row.start:%H:%M}–{row.end:%H:%M} {row.source.name}"
