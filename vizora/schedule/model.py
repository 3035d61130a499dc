"""The evaluator's answers as values (CONTRACT section 6). Instants are aware datetimes in UTC."""

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property

from vizora.identifiers import ContentId, ItemId, PlaylistId, ZoneId
from vizora.manifest.model import Instant, Value
from vizora.schedule.reasons import Reason, SourceKind, Told


class ClockTrust(StrEnum):
    """How far the wall clock may be believed (CONTRACT 6.11)."""

    TRUSTED = "trusted"
    FLOOR = "floor"
    UNTRUSTED = "untrusted"


class Source(Value, frozen=True):
    """Who decided. `since` and `until` bound the active interval; None where it has no start or no end.

    The id of the fallback is that of its playlist; only schedules have a priority.
    """

    kind: SourceKind
    id: str | None = None
    priority: int | None = None
    since: Instant | None = None
    until: Instant | None = None


class ZoneAnswer(Value, frozen=True):
    """What one zone shows. The item began at `started_at`, ends at `ends_at`, and is `offset_ms` in.

    `index` is the item's place in the playlist as written, shuffled or not.
    """

    zone_id: ZoneId
    playlist_id: PlaylistId
    item_id: ItemId
    content_id: ContentId
    index: int
    offset_ms: int
    started_at: Instant
    ends_at: Instant


class Answer(Value, frozen=True, dict=True):
    """What is on at an instant. `why` is worked out when it is first read: the player decides often and rarely asks.

    As JSON an answer has no `why`; `vizora.schedule.sentences.explanation` is the form that carries it.
    """

    at: Instant
    time_zone: str
    local_time: str
    clock: ClockTrust
    source: Source
    zones: tuple[ZoneAnswer, ...]
    next_change: Instant | None

    @cached_property
    def why(self) -> tuple[Reason, ...]:
        """One reason for each override, schedule and the fallback, the strongest first."""
        reasons: Callable[[], tuple[Reason, ...]] = self.__dict__.get("reasons", tuple)
        return reasons()

    def because(self, reasons: Callable[[], tuple[Reason, ...]]) -> "Answer":
        """This answer, which will ask `reasons` for its `why`."""
        self.__dict__["reasons"] = reasons
        return self


class Explanation(Value, frozen=True):
    """An answer with its reasons, as `vizora explain` prints it."""

    at: Instant
    time_zone: str
    local_time: str
    clock: ClockTrust
    source: Source
    zones: tuple[ZoneAnswer, ...]
    next_change: Instant | None
    why: tuple[Told, ...]
