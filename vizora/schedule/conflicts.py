"""What an admin should know about a timeline: schedules decided by a tie rule, and schedules that never come through.

Neither is an error, for something well-defined plays. But two schedules of equal priority at the same time are rarely
meant, and a schedule that is active and never seen hardly ever is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from msgspec import field

from vizora.manifest.model import Instant, Value
from vizora.schedule.entries import Entry
from vizora.schedule.instants import MILLISECOND, instant
from vizora.schedule.reasons import SourceKind
from vizora.schedule.segments import Segment, pieces

MAX_OVERLAPS = 300_000
"""How many overlaps are looked at: advice must not cost more than the timeline it is about."""


class ConflictKind(StrEnum):
    TIE = "tie"
    HIDDEN = "hidden"


class Conflict(Value, frozen=True):
    """The schedule `loser_id` gives way to `winner_id`: first from `start` to `end`, and for `overlap_ms` altogether.

    `tie`: both have the same priority, so the tie rule decides between them. `hidden`: the loser is active in the
    timeline and never seen in it; the winner is what shows when it first would.
    """

    kind: ConflictKind
    start: Instant = field(name="from")
    end: Instant = field(name="to")
    winner_kind: SourceKind
    winner_id: str
    loser_id: str
    overlap_ms: int
    reason: str


Key = tuple[ConflictKind, Entry, Entry | None]
Overlap = tuple[Entry, Entry, int, int]
"""Winner, loser, and from when to when."""


def conflicts(groups: list[list[Entry]], segments: list[Segment], low: int, high: int) -> tuple[Conflict, ...]:
    """The conflicts within [low, high) for its segments, the first ones first."""
    seen = {segment.entry for segment in segments}
    first: dict[Key, Overlap] = {}
    total: dict[Key, int] = {}
    for overlap in islice(_overlaps(groups, segments, low, high), MAX_OVERLAPS):
        winner, loser, start, end = overlap
        for key in _keys(winner, loser, seen):
            first.setdefault(key, overlap)
            total[key] = total.get(key, 0) + end - start
    told = [_told(key[0], first[key], total[key]) for key in first]
    return tuple(sorted(told, key=lambda one: (one.start, one.loser_id, one.kind, one.winner_id)))


def _overlaps(groups: list[list[Entry]], segments: list[Segment], low: int, high: int) -> Iterator[Overlap]:
    starts = [segment.start for segment in segments]
    for group in groups:
        if group[0].kind is not SourceKind.SCHEDULE:
            continue
        for piece in pieces(group, low, high):
            for place in range(bisect_right(starts, piece.start) - 1, bisect_right(starts, piece.end - 1)):
                segment = segments[place]
                if segment.entry is not None and segment.entry is not piece.entry:
                    start, end = max(segment.start, piece.start), min(segment.end, piece.end)
                    yield segment.entry, piece.entry, start, end


def _keys(winner: Entry, loser: Entry, seen: set[Entry | None]) -> Iterator[Key]:
    if winner.rank == loser.rank:
        yield ConflictKind.TIE, loser, winner
    if loser not in seen:
        yield ConflictKind.HIDDEN, loser, None


def _told(kind: ConflictKind, overlap: Overlap, total: int) -> Conflict:
    winner, loser, start, end = overlap
    return Conflict(
        kind=kind,
        winner_kind=winner.kind,
        winner_id=winner.id,
        loser_id=loser.id,
        overlap_ms=total // MILLISECOND,
        reason=_sentence(kind, winner, loser),
        start=instant(start),
        end=instant(end),
    )


def _sentence(kind: ConflictKind, winner: Entry, loser: Entry) -> str:
    assert loser.schedule is not None
    theirs, ours = _name(winner), _name(loser)
    if kind is ConflictKind.TIE:
        return (
            f"{theirs} and {ours} have the same priority ({loser.schedule.priority}); the one that started later wins,"
            " else the smaller id. Give one of them the higher priority."
        )
    return f"{ours} is active but never seen in this time; where it first would be, {theirs} is shown."


def _name(entry: Entry) -> str:
    return f"{entry.kind} {(entry.schedule.name if entry.schedule else '') or entry.id}"
