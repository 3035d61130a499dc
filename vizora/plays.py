"""Proof of play: one event for each showing of an item, counted exactly once by (device, bootId, n)."""

from vizora.identifiers import BootId, ContentId, ItemId, PlaylistId, ScheduleId
from vizora.manifest.model import Instant, Value
from vizora.schedule.model import ClockTrust


class Play(Value, frozen=True):
    """`n` counts up from 0 within one run of the player (`boot_id`) and is never given twice."""

    boot_id: BootId
    n: int
    item_id: ItemId
    content_id: ContentId
    playlist_id: PlaylistId
    schedule_id: ScheduleId | None
    started_at: Instant
    duration_ms: int
    """How long it was really on the glass, by the monotonic clock."""
    completed: bool
    """False when it was cut off before its planned end."""
    clock: ClockTrust
