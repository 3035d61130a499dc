"""Why it is on, and why the rest isn't: one reason for each override, schedule and the fallback."""

from datetime import MAXYEAR, datetime

from vizora.schedule.entries import NO_FALLBACK, Entry
from vizora.schedule.instants import instant, instant_or_none, micros
from vizora.schedule.reasons import (
    Active,
    Beaten,
    Because,
    Empty,
    NoFallback,
    NotNow,
    NotYet,
    Outcome,
    Over,
    Reason,
    SourceKind,
    Strength,
    Unconfirmed,
    Unreadable,
)
from vizora.schedule.segments import Segment
from vizora.schedule.wall import Run


def reasons(groups: list[list[Entry]], segment: Segment, at: int) -> tuple[Reason, ...]:
    """One reason for each entry, the strongest first."""
    found = [Reason(entry.id, entry.kind, *_judged(entry, segment, at)) for group in groups for entry in group]
    if not any(entry.kind is SourceKind.FALLBACK for group in groups for entry in group):
        found.append(Reason(NO_FALLBACK, SourceKind.FALLBACK, Outcome.INACTIVE, NoFallback()))
    return tuple(found)


def _judged(entry: Entry, segment: Segment, at: int) -> tuple[Outcome, Because]:
    if entry.fault:
        return Outcome.SKIPPED, Unreadable(entry.fault)
    if entry.unconfirmed:
        return Outcome.INACTIVE, Unconfirmed()
    runs = entry.rule.runs(at, at + 1)
    if not runs:
        return Outcome.INACTIVE, _inactive(entry, at)
    since, until = _bounds(entry, runs[0])
    if next(entry.target.showings(at, at + 1), None) is None:
        return Outcome.SKIPPED, Empty(since, until, entry.target.lacks(at))
    winner = segment.entry
    if entry is winner:
        return Outcome.WON, Active(since, until)
    assert winner is not None
    name = winner.schedule.name if winner.schedule else ""
    by, priorities = _strength(winner, entry, at)
    return Outcome.LOST, Beaten(since, until, winner.kind, winner.id, name, by, priorities)


def _bounds(entry: Entry, run: Run) -> tuple[datetime | None, datetime | None]:
    """An end in the calendar's last year is meant as none."""
    until = instant(run[1])
    return instant_or_none(entry.since(run)), until if until.year < MAXYEAR else None


def _strength(winner: Entry, loser: Entry, at: int) -> tuple[Strength, tuple[int, int] | None]:
    if winner.rank == loser.rank:
        return Strength.SMALLER_ID if _since(winner, at) == _since(loser, at) else Strength.LATER, None
    if winner.schedule and loser.schedule:
        return Strength.PRIORITY, (winner.schedule.priority, loser.schedule.priority)
    return Strength.EMERGENCY if winner.kind is loser.kind else Strength.KIND, None


def _since(entry: Entry, at: int) -> int:
    return entry.since(entry.rule.runs(at, at + 1)[0])


def _inactive(entry: Entry, at: int) -> NotNow | NotYet | Over:
    if entry.override is not None:
        if instant(at) < entry.override.starts_at:
            return NotYet(instant(micros(entry.override.starts_at)))
        assert entry.override.ends_at is not None
        return Over(instant(micros(entry.override.ends_at)))
    assert entry.schedule is not None
    planned = entry.schedule
    return NotNow(planned.recurrence, planned.time_zone, planned.starts_on, planned.ends_on)
