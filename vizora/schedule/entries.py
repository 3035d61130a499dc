"""Everything that may decide what is on, in the order in which it is asked (CONTRACT 6.7 and 6.11)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from vizora.errors import PublisherError
from vizora.identifiers import ContentId
from vizora.manifest.model import Always, Level, Manifest, Override, Schedule
from vizora.schedule.instants import AFTER_TIME, BEFORE_TIME, micros
from vizora.schedule.model import ClockTrust
from vizora.schedule.reasons import SourceKind
from vizora.schedule.recurrence import Fixed, Rule, rule
from vizora.schedule.targets import Target, Targets
from vizora.schedule.wall import Run

NO_FALLBACK = "fallback"
_EMERGENCY, _NORMAL, _SCHEDULE, _FALLBACK = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One override, schedule or the fallback, ready to be asked.

    `rank`: smaller wins; entries of the same rank are decided by the tie rule. `fault`: why it can't be read.
    `unconfirmed`: it is dated and the clock isn't confirmed. `steady`: it anchors its playlists at 1970.
    """

    kind: SourceKind
    id: str
    rank: tuple[int, int]
    rule: Rule
    target: Target
    steady: bool = False
    began: int | None = None
    fault: str | None = None
    unconfirmed: bool = False
    override: Override | None = None
    schedule: Schedule | None = None

    def since(self, run: Run) -> int:
        """The start of an active interval; BEFORE_TIME when it has none."""
        return run[0] if self.began is None else self.began


def entries(
    manifest: Manifest,
    rules: Mapping[int, Rule | PublisherError],
    clock: ClockTrust,
    unplayable: Mapping[ContentId, str],
) -> list[list[Entry]]:
    """All entries, grouped by rank, the strongest group first. `rules` has one for each schedule, by its place."""
    floor = micros(manifest.issued_at) if clock is ClockTrust.UNTRUSTED else BEFORE_TIME
    targets = Targets(manifest, unplayable, floor)
    found = [
        *(_override(override, targets, floor) for override in manifest.overrides),
        *(_schedule(schedule, rules[place], targets, clock) for place, schedule in enumerate(manifest.schedules)),
        *_fallback(manifest, targets),
    ]
    found.sort(key=lambda entry: entry.rank)
    return [list(group) for _, group in groupby(found, key=lambda entry: entry.rank)]


def read_rules(manifest: Manifest) -> dict[int, Rule | PublisherError]:
    """The rule of each schedule, by its place; the error where it can't be read. Equal ones share one rule."""
    shared: dict[object, Rule | PublisherError] = {}
    found: dict[int, Rule | PublisherError] = {}
    for place, schedule in enumerate(manifest.schedules):
        key = (schedule.recurrence, schedule.time_zone, schedule.starts_on, schedule.ends_on)
        if key not in shared:
            shared[key] = _rule_or_error(schedule)
        found[place] = shared[key]
    return found


def _rule_or_error(schedule: Schedule) -> Rule | PublisherError:
    try:
        return rule(schedule)
    except PublisherError as error:
        return error


def _override(override: Override, targets: Targets, floor: int) -> Entry:
    start, end = micros(override.starts_at), AFTER_TIME if override.ends_at is None else micros(override.ends_at)
    began = BEFORE_TIME if start <= floor else start
    runs = [(began, end)] if max(began, floor) < end else []
    return Entry(
        SourceKind.OVERRIDE,
        override.id,
        (_EMERGENCY if override.level is Level.EMERGENCY else _NORMAL, 0),
        Fixed(runs),
        targets.target(override.playlist_id, override.layout_id),
        began=start,
        override=override,
    )


def _schedule(schedule: Schedule, read: Rule | PublisherError, targets: Targets, clock: ClockTrust) -> Entry:
    steady = isinstance(schedule.recurrence, Always)
    undated = steady and schedule.starts_on is None and schedule.ends_on is None
    unconfirmed = clock is ClockTrust.UNTRUSTED and not undated
    readable = not isinstance(read, PublisherError)
    return Entry(
        SourceKind.SCHEDULE,
        schedule.id,
        (_SCHEDULE, -schedule.priority),
        Fixed([]) if isinstance(read, PublisherError) or unconfirmed else read,
        targets.target(schedule.playlist_id, schedule.layout_id),
        steady=steady,
        fault=None if readable else str(read),
        unconfirmed=unconfirmed,
        schedule=schedule,
    )


def _fallback(manifest: Manifest, targets: Targets) -> Iterator[Entry]:
    playlist_id = manifest.fallback.playlist_id
    if playlist_id is not None:
        always = Fixed([(BEFORE_TIME, AFTER_TIME)])
        target = targets.target(playlist_id, None)
        yield Entry(SourceKind.FALLBACK, playlist_id, (_FALLBACK, 0), always, target, steady=True)
