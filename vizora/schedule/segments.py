"""Who decides when: a stretch of time painted with segments, strongest group of entries first (CONTRACT 6.7)."""

import heapq
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from vizora.errors import PublisherError
from vizora.identifiers import PlaylistId, ZoneId
from vizora.schedule.entries import Entry
from vizora.schedule.instants import BEFORE_TIME, instant_or_none
from vizora.schedule.loops import Loop
from vizora.schedule.model import Source
from vizora.schedule.reasons import SourceKind
from vizora.schedule.targets import ZoneLoop


class Playing(NamedTuple):
    """What one zone plays in a segment; the cycle is counted from `anchor`."""

    zone_id: ZoneId
    playlist_id: PlaylistId
    loop: Loop
    anchor: int


class Piece(NamedTuple):
    """A stretch in which an entry is active and can show the same zones; `since` and `until` are its whole run's."""

    start: int
    end: int
    since: int
    until: int
    entry: Entry
    zones: tuple[ZoneLoop, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [start, end) with one source and the same loops."""

    start: int
    end: int
    entry: Entry | None
    source: Source
    playing: tuple[Playing, ...]

    def goes_on_in(self, following: "Segment") -> bool:
        """True when nothing changes between the two."""
        return (self.source, self.playing) == (following.source, following.playing)


NOTHING = Source(kind=SourceKind.NONE)


class TooManyRuns(PublisherError):
    """Whoever asked gave a limit, and there are more in the stretch: a shorter one has fewer."""


def paint(groups: list[list[Entry]], low: int, high: int, most: int | None = None) -> list[Segment]:
    """The segments that make up [low, high), in order, without a gap. Raises TooManyRuns beyond `most`."""
    free = [(low, high)]
    painted: list[Segment] = []
    for group in groups:
        if not free:
            break
        found = pieces(group, free[0][0], free[-1][1], most)
        most = None if most is None else most - len(found)
        won = winners(found)
        for start, end, piece in _within(won, free):
            painted.append(_segment(start, end, piece))
        free = _without(free, won)
    painted.extend(Segment(start, end, None, NOTHING, ()) for start, end in free)
    painted.sort(key=attrgetter("start"))
    return painted


def pieces(group: list[Entry], low: int, high: int, most: int | None = None) -> list[Piece]:
    """When the entries of one group are active and can show something, cut off at [low, high)."""
    found: list[Piece] = []
    for entry in group:
        for run in entry.rule.runs(low, high):
            for start, end, zones in entry.target.showings(max(run[0], low), min(run[1], high)):
                found.append(Piece(start, end, entry.since(run), run[1], entry, zones))
        if most is not None and len(found) > most:
            raise TooManyRuns("schedules are active too many times until then")
    return found


def winners(found: list[Piece]) -> list[tuple[int, int, Piece]]:
    """Who wins when among entries of one rank: the later start of the active interval, then the smaller id."""
    found = sorted(found, key=attrgetter("start"))
    won: list[tuple[int, int, Piece]] = []
    waiting: list[tuple[int, str, int, Piece]] = []
    place, now = 0, 0
    while waiting or place < len(found):
        if not waiting:
            now = found[place].start
        while place < len(found) and found[place].start <= now:
            piece = found[place]
            heapq.heappush(waiting, (-piece.since, piece.entry.id, place, piece))
            place += 1
        best = waiting[0][3]
        if best.end <= now:
            heapq.heappop(waiting)
            continue
        until = best.end if place == len(found) else min(best.end, found[place].start)
        if won and won[-1][2] is best and won[-1][1] == now:
            won[-1] = (won[-1][0], until, best)
        else:
            won.append((now, until, best))
        now = until
    return won


def _segment(start: int, end: int, piece: Piece) -> Segment:
    entry = piece.entry
    began = 0 if entry.steady or piece.since == BEFORE_TIME else piece.since
    return Segment(
        start,
        end,
        entry,
        Source(
            kind=entry.kind,
            id=entry.id,
            priority=entry.schedule.priority if entry.schedule else None,
            since=instant_or_none(piece.since),
            until=instant_or_none(piece.until),
        ),
        tuple(Playing(zone.zone_id, zone.playlist_id, zone.loop, max(began, zone.since)) for zone in piece.zones),
    )


def _within(won: list[tuple[int, int, Piece]], free: list[tuple[int, int]]) -> list[tuple[int, int, Piece]]:
    """The parts of the winning stretches that nobody stronger has taken."""
    found, first = [], 0
    for start, end, piece in won:
        while first < len(free) and free[first][1] <= start:
            first += 1
        for place in range(first, len(free)):
            if free[place][0] >= end:
                break
            found.append((max(start, free[place][0]), min(end, free[place][1]), piece))
    return found


def _without(free: list[tuple[int, int]], won: list[tuple[int, int, Piece]]) -> list[tuple[int, int]]:
    left, first = [], 0
    for start, end in free:
        while first < len(won) and won[first][1] <= start:
            first += 1
        for place in range(first, len(won)):
            if won[place][0] >= end:
                break
            if won[place][0] > start:
                left.append((start, won[place][0]))
            start = won[place][1]
        if start < end:
            left.append((start, end))
    return left
