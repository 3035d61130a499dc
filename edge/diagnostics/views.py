"""What the page's templates are given: plain values made of facts, for a screen's wall clock. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from edge.diagnostics import programme
from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import ClockTrust, Source
from vizora.schedule.reasons import Told
from vizora.schedule.sentences import explanation
from vizora.schedule.timeline import TimelineSegment, timeline


@dataclass(frozen=True, slots=True)
class WhyRow:
    outcome: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayRow:
    start: str
    end: str
    source: str
    shows: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    at: str
    field: str
    """For the form: `2026-12-24T18:00`."""
    time_zone: str
    source: str
    zones: tuple[str, ...]
    next_change: str
    why: tuple[WhyRow, ...]
    day: tuple[DayRow, ...]
    conflicts: tuple[str, ...]


def programme_view(
    manifest: Manifest, at: datetime, clock: ClockTrust, unplayable: Mapping[ContentId, str]
) -> ProgrammeView:
    made = plan(manifest)
    answer = what_is_on(made, at, clock=clock, unplayable=unplayable)
    start, end = programme.day_around(manifest, at)
    day = timeline(made, start, end, clock=clock, unplayable=unplayable)
    where = manifest.time_zone
    return ProgrammeView(
        at=programme.local(where, answer.at.replace(microsecond=0)),
        field=answer.local_time[:16],
        time_zone=where,
        source=programme.told_source(manifest, answer),
        zones=tuple(f"{shown.zone_id}: {programme.told_item(manifest, shown)}" for shown in answer.zones),
        next_change="never" if answer.next_change is None else programme.local(where, answer.next_change),
        why=tuple(_why(manifest, told) for told in explanation(answer).why),
        day=tuple(_day(manifest, at, day.segments)),
        conflicts=tuple(conflict.reason for conflict in day.conflicts),
    )


def _why(manifest: Manifest, told: Told) -> WhyRow:
    name = programme.source_name(manifest, Source(told.kind, told.id))
    return WhyRow(str(told.outcome), name if name == told.kind else f"{told.kind} {name}", told.reason)


def _day(manifest: Manifest, at: datetime, segments: tuple[TimelineSegment, ...]) -> Iterator[DayRow]:
    for segment in segments:
        shows = (
            f"{zone.zone_id}: {manifest.playlists[zone.playlist_id].name or zone.playlist_id}" for zone in segment.zones
        )
        yield DayRow(
            start=programme.local(manifest.time_zone, segment.start),
            end=programme.local(manifest.time_zone, segment.end),
            source=f"{segment.source.kind} {programme.source_name(manifest, segment.source)}".strip(),
            shows=", ".join(shows),
            is_now=segment.start <= at < segment.end,
        )
