"""The evaluator's answers as values (CONTRACT section 6). Instants are aware datetimes in UTC."""

from datetime import datetime
from enum import StrEnum

from vizora.identifiers import ContentId, ItemId, PlaylistId, ZoneId
from vizora.manifest.model import Value


class ClockTrust(StrEnum):
    """How far the wall clock may be believed (CONTRACT 6.11)."""

    TRUSTED = "trusted"
    FLOOR = "floor"
    UNTRUSTED = "untrusted"


class SourceKind(StrEnum):
    OVERRIDE = "override"
    SCHEDULE = "schedule"
    FALLBACK = "fallback"
    NONE = "none"


class Outcome(StrEnum):
    WON = "won"
    LOST = "lost"
    INACTIVE = "inactive"
    SKIPPED = "skipped"


class Source(Value, frozen=True):
    """Who decided. `since` and `until` bound the active interval; None where it has no end."""

    kind: SourceKind
    id: str | None = None
    priority: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class ZoneAnswer(Value, frozen=True):
    """What one zone shows. The item began at `started_at`, ends at `ends_at`, and is `offset_ms` in."""

    zone_id: ZoneId
    playlist_id: PlaylistId
    item_id: ItemId
    content_id: ContentId
    index: int
    offset_ms: int
    started_at: datetime
    ends_at: datetime


class Reason(Value, frozen=True):
    id: str
    kind: SourceKind
    outcome: Outcome
    reason: str


class Answer(Value, frozen=True):
    at: datetime
    time_zone: str
    local_time: str
    clock: ClockTrust
    source: Source
    zones: tuple[ZoneAnswer, ...]
    next_change: datetime | None
    why: tuple[Reason, ...]
