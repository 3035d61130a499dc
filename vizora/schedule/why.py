"""Why it is on, and why the rest isn't: one sentence for each override, schedule and the fallback.

Written for someone on the phone with a shop: times are the screen's own wall clock, names come before ids.
"""

from collections.abc import Iterator

from vizora.manifest.model import Always, Cron, Override, Schedule, Weekly
from vizora.schedule.entries import NO_FALLBACK, Entry
from vizora.schedule.instants import BEFORE_TIME, instant
from vizora.schedule.model import Outcome, Reason, SourceKind
from vizora.schedule.segments import Segment
from vizora.schedule.wall import Run
from vizora.schedule.zones import Zone, wall_clock, zone

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def reasons(groups: list[list[Entry]], segment: Segment, at: int, local: Zone) -> tuple[Reason, ...]:
    """One reason for each entry, the strongest first."""
    found = [_reason(entry, segment, at, local) for group in groups for entry in group]
    if not any(entry.kind is SourceKind.FALLBACK for group in groups for entry in group):
        found.append(Reason(NO_FALLBACK, SourceKind.FALLBACK, Outcome.INACTIVE, "No fallback playlist is set."))
    return tuple(found)


def _reason(entry: Entry, segment: Segment, at: int, local: Zone) -> Reason:
    outcome, sentence = _judged(entry, segment, at, local)
    return Reason(entry.id, entry.kind, outcome, sentence)


def _judged(entry: Entry, segment: Segment, at: int, local: Zone) -> tuple[Outcome, str]:
    if entry.fault:
        return Outcome.SKIPPED, f"This schedule can't be read: {entry.fault}."
    if entry.unconfirmed:
        return Outcome.INACTIVE, "The time is not confirmed, so schedules bound to days or times do not apply."
    runs = entry.rule.runs(at, at + 1)
    if not runs:
        return Outcome.INACTIVE, _inactive(entry, at, local)
    if next(entry.target.showings(at, at + 1), None) is None:
        return Outcome.SKIPPED, f"{_active(entry, runs[0], local)}, but {entry.target.why_nothing(at)}."
    if entry is segment.entry:
        return Outcome.WON, f"{_active(entry, runs[0], local)}, and nothing stronger is."
    assert segment.entry is not None
    return Outcome.LOST, f"{_active(entry, runs[0], local)}, but {_beaten(entry, segment.entry, at)}."


def _active(entry: Entry, run: Run, local: Zone) -> str:
    if entry.kind is SourceKind.FALLBACK:
        return "The fallback is always ready"
    since, until = entry.since(run), run[1]
    bounds = [f"since {_clock(since, local)}"] if since > BEFORE_TIME else []
    bounds += [f"until {_clock(until, local)}"] if instant(until).year < 9999 else []
    return " ".join(["Active", *(bounds or ["at all times"])])


def _beaten(entry: Entry, winner: Entry, at: int) -> str:
    name = winner.schedule.name if winner.schedule else ""
    told = f"{winner.kind} {name or winner.id}"
    if winner.rank != entry.rank:
        if winner.kind is SourceKind.SCHEDULE and entry.schedule and winner.schedule:
            return f"{told} has the higher priority ({winner.schedule.priority} over {entry.schedule.priority})"
        if entry.kind is SourceKind.OVERRIDE:
            return f"{told} is an emergency"
        return f"{told} comes first"
    decided = "has the smaller id" if _since(entry, at) == _since(winner, at) else "started later"
    return f"{told} is as strong and {decided}"


def _since(entry: Entry, at: int) -> int:
    return entry.since(entry.rule.runs(at, at + 1)[0])


def _inactive(entry: Entry, at: int, local: Zone) -> str:
    if entry.override is not None:
        return _not_now(entry.override, at, local)
    assert entry.schedule is not None
    where = zone(entry.schedule.time_zone)
    return f"{_when(entry.schedule)}; there it is {_clock(at, where)}."


def _not_now(override: Override, at: int, local: Zone) -> str:
    if instant(at) < override.starts_at:
        return f"Starts at {wall_clock(override.starts_at, local):%A %Y-%m-%d %H:%M:%S}."
    assert override.ends_at is not None
    return f"Ended at {wall_clock(override.ends_at, local):%A %Y-%m-%d %H:%M:%S}."


def _when(schedule: Schedule) -> str:
    return ", ".join([_rhythm(schedule), *_dates(schedule), f"in {schedule.time_zone}"])


def _rhythm(schedule: Schedule) -> str:
    match schedule.recurrence:
        case Always():
            return "Runs all day"
        case Weekly(days=days, start_time=start, end_time=end):
            named = " ".join(_DAYS[day - 1] for day in sorted(set(days)))
            return f"Runs {named} from {start} to {end}{'' if start < end else ' of the next day'}"
        case Cron(expression=expression, duration_ms=duration):
            return f"Runs at `{expression}` for {duration / 60_000:g} minutes each time"
        case once:
            return f"Runs once from {once.start} to {once.end}"


def _dates(schedule: Schedule) -> Iterator[str]:
    if schedule.starts_on is not None:
        yield f"from {schedule.starts_on}"
    if schedule.ends_on is not None:
        yield f"through {schedule.ends_on}"


def _clock(at: int, where: Zone) -> str:
    return f"{wall_clock(instant(at), where):%A %Y-%m-%d %H:%M:%S}"
