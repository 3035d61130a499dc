"""What will be on from start to end, the conflicts in it, and a digest that is the same on screen and in the cloud."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import field

from vizora.identifiers import ContentId, PlaylistId, ZoneId
from vizora.manifest.model import Instant, Value
from vizora.schedule.conflicts import Conflict, conflicts
from vizora.schedule.evaluate import NOTHING_UNPLAYABLE, Plan
from vizora.schedule.instants import instant, micros
from vizora.schedule.model import ClockTrust, Source
from vizora.schedule.segments import Segment, paint


class ZonePlaylist(Value, frozen=True):
    zone_id: ZoneId
    playlist_id: PlaylistId


class TimelineSegment(Value, frozen=True):
    """From `start` to `end` (`from` and `to` on the wire) one source and the same playlists in the same zones."""

    start: Instant = field(name="from")
    end: Instant = field(name="to")
    source: Source
    zones: tuple[ZonePlaylist, ...]


class Timeline(Value, frozen=True):
    """`digest` is `sha256:` and the hash of the segments as deterministic JSON; the conflicts follow from them."""

    segments: tuple[TimelineSegment, ...]
    conflicts: tuple[Conflict, ...]
    digest: str


def timeline(
    plan: Plan,
    start: datetime,
    end: datetime,
    *,
    clock: ClockTrust = ClockTrust.TRUSTED,
    unplayable: Mapping[ContentId, str] = NOTHING_UNPLAYABLE,
    most: int | None = None,
) -> Timeline:
    """The segments that make up [start, end). Raises ValueError when end is not after start, or on naive instants;
    TooManyRuns when schedules are active more than `most` times in it."""
    low, high = micros(start), micros(end)
    if low >= high:
        raise ValueError(f"a timeline ends after it starts; {end.isoformat()} is not after {start.isoformat()}")
    groups = plan.view(clock, unplayable).groups
    painted = paint(groups, low, high, most)
    segments = tuple(_merged(painted))
    encoded = msgspec.json.encode(segments, order="deterministic")
    digest = f"sha256:{hashlib.sha256(encoded).hexdigest()}"
    return Timeline(segments=segments, conflicts=conflicts(groups, painted, low, high), digest=digest)


def _merged(painted: list[Segment]) -> list[TimelineSegment]:
    """Neighbours of one source whose zones show the same playlists are one segment, whatever items are valid."""
    merged: list[TimelineSegment] = []
    for segment in painted:
        zones = tuple(ZonePlaylist(playing.zone_id, playing.playlist_id) for playing in segment.playing)
        start = instant(segment.start)
        if merged and (merged[-1].source, merged[-1].zones) == (segment.source, zones):
            start = merged.pop().start
        merged.append(TimelineSegment(source=segment.source, zones=zones, start=start, end=instant(segment.end)))
    return merged
