"""Why something is shown or isn't, as codes with their parts; `vizora.schedule.sentences` says them in English."""

from enum import StrEnum

from vizora.identifiers import ContentId, ItemId, ZoneId
from vizora.manifest.model import Instant, Recurrence, Value


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


class Active(Value, frozen=True, tag_field="code", tag="active"):
    """It is active from `since` to `until` (None: without a start, without an end), and nothing stronger is."""

    since: Instant | None
    until: Instant | None


class Strength(StrEnum):
    """By what one of two wins (CONTRACT 6.7)."""

    PRIORITY = "priority"
    EMERGENCY = "emergency"
    KIND = "kind"
    """An override over a schedule, a schedule over the fallback."""
    LATER = "later"
    """As strong, and started later."""
    SMALLER_ID = "smaller-id"
    """As strong, and started at the same time."""


class Beaten(Active, frozen=True, tag="beaten"):
    """Active, but `winner_kind` `winner_id` is stronger. `priorities` are the winner's and its own, where they tell."""

    winner_kind: SourceKind
    winner_id: str
    winner_name: str
    by: Strength
    priorities: tuple[int, int] | None = None


class Hindrance(StrEnum):
    """Why an item is not shown."""

    NOT_IN_MANIFEST = "not-in-manifest"
    UNPLAYABLE = "unplayable"
    NOT_YET = "not-yet"
    OVER = "over"


class Unshown(Value, frozen=True):
    """An item that is not shown: not before or since `at`, or by a `fault`, in the words of who found it."""

    item_id: ItemId
    content_id: ContentId
    title: str
    hindrance: Hindrance
    at: Instant | None = None
    fault: str = ""


class Lacking(StrEnum):
    """What keeps a target from showing anything."""

    TARGET = "target"
    """It names neither a playlist nor a layout, or both."""
    LAYOUT = "layout"
    ZONES = "zones"
    PLAYLIST = "playlist"
    ITEMS = "items"
    VALID_ITEMS = "valid-items"


class Lack(Value, frozen=True):
    """What a target lacks. `id` is the layout's or playlist's, `name` the playlist's; `zone_id` where it has several.

    `items` are the first of those that are not shown, `more` is how many follow.
    """

    lacking: Lacking
    id: str = ""
    name: str = ""
    zone_id: ZoneId | None = None
    items: tuple[Unshown, ...] = ()
    more: int = 0


class Empty(Active, frozen=True, tag="empty"):
    """Active, but it can show nothing."""

    lacks: tuple[Lack, ...]


class NotNow(Value, frozen=True, tag_field="code", tag="not-now"):
    """A schedule whose rule leaves this instant out."""

    recurrence: Recurrence
    time_zone: str
    starts_on: str | None
    ends_on: str | None


class NotYet(Value, frozen=True, tag_field="code", tag="not-yet"):
    starts_at: Instant


class Over(Value, frozen=True, tag_field="code", tag="over"):
    ended_at: Instant


class Unreadable(Value, frozen=True, tag_field="code", tag="unreadable"):
    fault: str


class Unconfirmed(Value, frozen=True, tag_field="code", tag="unconfirmed"):
    """It is bound to days or times, and the time is not confirmed."""


class NoFallback(Value, frozen=True, tag_field="code", tag="unset"):
    """There is no fallback."""


Because = Active | Beaten | Empty | NotNow | NotYet | Over | Unreadable | Unconfirmed | NoFallback
"""What a reason says, as a `code` and its parts. `vizora.schedule.sentences` says it in English."""


class Reason(Value, frozen=True):
    """Why one override, schedule or the fallback won or didn't."""

    id: str
    kind: SourceKind
    outcome: Outcome
    because: Because


class Told(Value, frozen=True):
    """A reason as a sentence for people."""

    id: str
    kind: SourceKind
    outcome: Outcome
    reason: str
