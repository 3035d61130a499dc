"""What is on at t: the one evaluator of device and cloud (CONTRACT section 6).

A pure function of (manifest, instant, tzdata, clock trust, what this screen can't show). A `Plan` is the manifest made
ready to be asked; it remembers the days it has painted, which changes how fast it answers and never what, and may be
asked by several threads at once.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest
from vizora.schedule.entries import Entry, entries, read_rules
from vizora.schedule.instants import AFTER_TIME, DAY, MILLISECOND, instant, instant_or_none, micros
from vizora.schedule.model import Answer, ClockTrust, ZoneAnswer
from vizora.schedule.reasons import Reason
from vizora.schedule.segments import Segment, paint
from vizora.schedule.why import reasons
from vizora.schedule.zones import Zone, wall_clock, zone_or_utc

NOTHING_UNPLAYABLE: Mapping[ContentId, str] = MappingProxyType({})
_DAYS_KEPT = 40
_VIEWS_KEPT = 8
_SEARCH_END = 200 * 366 * DAY


class View:
    """A plan as one screen sees it: with its clock trust, and without what it can't show."""

    def __init__(self, manifest: Manifest, groups: list[list[Entry]], local: Zone, clock: ClockTrust) -> None:
        self.manifest = manifest
        self.groups = groups
        self.local = local
        self.clock = clock
        self._days: dict[int, tuple[list[int], list[Segment]]] = {}
        self._silence = (0, 0)

    def segment_at(self, at: int) -> Segment:
        """The segment of an instant; it may be cut off at the end of the UTC day."""
        starts, segments = self._day(at // DAY)
        return segments[bisect_right(starts, at) - 1]

    def end_of(self, segment: Segment, enough: int) -> int:
        """When a segment really ends, or any instant from `enough` on if it goes on that long."""
        end = segment.end
        while end < enough and end % DAY == 0:
            following = self.segment_at(end)
            if not segment.goes_on_in(following):
                break
            end = following.end
        return end

    def silence_ends(self, at: int) -> int:
        """When something is shown again, given that nothing is shown at `at`; AFTER_TIME for never."""
        start, end = self._silence
        if not start <= at < end:
            every = (entry for group in self.groups for entry in group)
            end = min((_shows_after(entry, at) for entry in every), default=AFTER_TIME)
            self._silence = (at, end)
        return end

    def why(self, at: int) -> tuple[Reason, ...]:
        return reasons(self.groups, self.segment_at(at), at)

    def _day(self, number: int) -> tuple[list[int], list[Segment]]:
        known = self._days.get(number)
        if known is None:
            segments = paint(self.groups, number * DAY, (number + 1) * DAY)
            known = ([segment.start for segment in segments], segments)
            _make_room(self._days, _DAYS_KEPT)
            self._days[number] = known
        return known


class Plan:
    """A manifest made ready to be asked what is on."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._rules = read_rules(manifest)
        self._local = zone_or_utc(manifest.time_zone)
        self._views: dict[tuple[ClockTrust, frozenset[tuple[ContentId, str]]], View] = {}

    def view(self, clock: ClockTrust, unplayable: Mapping[ContentId, str]) -> View:
        key = (clock, frozenset(unplayable.items()))
        known = self._views.get(key)
        if known is None:
            groups = entries(self.manifest, self._rules, clock, dict(unplayable))
            known = View(self.manifest, groups, self._local, clock)
            _make_room(self._views, _VIEWS_KEPT)
            self._views[key] = known
        return known


def plan(manifest: Manifest) -> Plan:
    """The manifest made ready. Parts that can't be read are skipped, and `Answer.why` says so; nothing is raised."""
    return Plan(manifest)


def what_is_on(
    plan: Plan,
    at: datetime,
    *,
    clock: ClockTrust = ClockTrust.TRUSTED,
    unplayable: Mapping[ContentId, str] = NOTHING_UNPLAYABLE,
) -> Answer:
    """What is on at an aware instant, and when that next changes.

    `unplayable` names content this screen can't show, each with the reason. Raises ValueError on a naive instant.
    """
    now = micros(at)
    view = plan.view(clock, unplayable)
    segment = view.segment_at(now)
    zones = []
    next_change = AFTER_TIME
    for zone_id, playlist_id, loop, anchor in segment.playing:
        slot, start, end = loop.at(now - anchor)
        next_change = min(next_change, anchor + end)
        zones.append(
            ZoneAnswer(
                zone_id,
                playlist_id,
                slot.item.id,
                slot.item.content_id,
                slot.place,
                (now - anchor - start) // MILLISECOND,
                instant(anchor + start),
                instant(anchor + end),
            )
        )
    if segment.end < next_change:
        next_change = min(next_change, view.end_of(segment, next_change) if zones else _silence(view, segment, now))
    moment = at.astimezone(UTC)
    return Answer(
        moment,
        plan.manifest.time_zone,
        wall_clock(moment, view.local).isoformat(),
        clock,
        segment.source,
        tuple(zones),
        instant_or_none(next_change),
    ).because(partial(view.why, now))


def _make_room(kept: dict[Any, Any], most: int) -> None:
    """Forgets the oldest so that one more fits; safe while other threads ask the same plan."""
    for key in list(kept)[: max(0, len(kept) + 1 - most)]:
        kept.pop(key, None)


def _silence(view: View, segment: Segment, now: int) -> int:
    return segment.end if segment.end % DAY else view.silence_ends(now)


def _shows_after(entry: Entry, at: int) -> int:
    """The next instant at which an entry is active and can show something."""
    for low, high, _ in entry.target.showings(at, AFTER_TIME):
        width = DAY
        while low < min(high, _SEARCH_END):
            runs = entry.rule.runs(low, min(low + width, high))
            if runs:
                return max(low, runs[0][0])
            low, width = low + width, width * 4
    return AFTER_TIME
