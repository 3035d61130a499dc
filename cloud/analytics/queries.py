"""The questions that analytics asks, whoever answers them: the database's own tables, or ClickHouse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from cloud.analytics.question import Question

HOUR_S = 3600
QUARTER_S = 900


class Key(StrEnum):
    """By what plays are counted: columns of `plays`."""

    CONTENT = "content_id"
    DEVICE = "device_id"
    PLAYLIST = "playlist_id"
    SCHEDULE = "schedule_id"

    @property
    def kind(self) -> str:
        """Of the thing, as in `cloud.things`: `content`, `device`, `playlist` or `schedule`."""
        return self.value.removesuffix("_id")


@dataclass(frozen=True, slots=True)
class Count:
    plays: int
    completed: int
    """How many of them ran to their planned end."""
    duration_ms: int
    last_at: datetime | None = None

    def plus(self, other: "Count") -> "Count":
        latest = [at for at in (self.last_at, other.last_at) if at is not None]
        return Count(
            self.plays + other.plays,
            self.completed + other.completed,
            self.duration_ms + other.duration_ms,
            max(latest, default=None),
        )


NONE = Count(0, 0, 0)

Place = tuple[datetime, str, str, int]
"""Where a play stands in the proof: (started_at, device_id, boot_id, n)."""

PROOF = (
    "started_at", "device_id", "boot_id", "n", "item_id", "content_id", "playlist_id", "schedule_id", "duration_ms",
    "completed", "clock", "received_at",
)  # fmt: skip
"""The columns of a play in the proof."""


class PlayQueries(Protocol):
    """Every answer counts a play (device, boot, n) once. Blocking; called from a thread.

    Raises Problem 503 when whoever should answer is away.
    """

    def by(self, key: Key, question: Question) -> Mapping[str | None, Count]:
        """A count for each id that was played; None for plays that belong to no schedule."""

    def buckets(self, question: Question, step_s: int) -> Mapping[datetime, Count]:
        """A count for each hour (or quarter of an hour) of UTC with plays, by its start; `last_at` may be missing."""

    def total(self, question: Question) -> Count: ...

    def proof(self, question: Question, after: Place | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """At most `limit` plays with the columns of PROOF behind `after`, in the order of `Place`."""
