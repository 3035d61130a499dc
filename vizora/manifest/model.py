"""The manifest as values (CONTRACT section 5). Attribute `duration_ms` is field `durationMs` on the wire.

Instants are aware datetimes in UTC, durations integer milliseconds, sizes bytes. Unknown fields are ignored here;
they are kept because a manifest is always stored and passed on as the exact bytes that were signed.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from vizora.identifiers import (
    ContentId,
    DeviceId,
    ItemId,
    KeyId,
    LayoutId,
    OrganizationId,
    OverrideId,
    PlaylistId,
    ScheduleId,
    ZoneId,
)

Instant = Annotated[datetime, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""RFC 3339; a schema says so, reading takes what `datetime` takes."""
FORMAT = 1
DEFAULT_STILL_MS = 10_000
"""How long an image, text, web page or PDF page stays when its item says nothing (CONTRACT 6.10)."""


class ContentType(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    PDF = "pdf"
    WEBPAGE = "webpage"
    TEXT = "text"


class TextKind(StrEnum):
    """How a text is shown. A kind this version doesn't know is shown as a still text (ADR 23)."""

    STILL = "still"
    TICKER = "ticker"
    CLOCK = "clock"


class TimeFormat(StrEnum):
    HOURS_24 = "24h"
    HOURS_12 = "12h"
    NONE = "none"


class DateFormat(StrEnum):
    """Figures only, so that no language has to be known."""

    YMD = "ymd"
    """2026-11-26"""
    DMY = "dmy"
    """26.11.2026"""
    DMY_SLASH = "dmy-slash"
    """26/11/2026"""
    MDY = "mdy"
    """11/26/2026"""
    NONE = "none"


class Fit(StrEnum):
    CONTAIN = "contain"
    COVER = "cover"
    STRETCH = "stretch"


class TransitionKind(StrEnum):
    CUT = "cut"
    CROSSFADE = "crossfade"
    SLIDE = "slide"
    WIPE = "wipe"


class Order(StrEnum):
    SEQUENCE = "sequence"
    SHUFFLE = "shuffle"


class Level(StrEnum):
    NORMAL = "normal"
    EMERGENCY = "emergency"


class Value(msgspec.Struct, frozen=True, rename="camel"):
    """What every part of the manifest is: immutable, camelCase on the wire."""


class Key(Value, frozen=True):
    key_id: KeyId
    public_key: str
    """The 32 bytes of an Ed25519 public key, base64."""


class PowerWindow(Value, frozen=True):
    days: tuple[int, ...]
    on: str
    off: str


class Screen(Value, frozen=True):
    width: int = 1920
    height: int = 1080
    rotation: int = 0
    """Degrees clockwise by which the picture is turned on its way to the panel: 0, 90, 180 or 270."""
    background: str = "#000000"
    volume: int = 80
    power: tuple[PowerWindow, ...] = ()


class ClockFace(Value, frozen=True):
    """What a clock says. Formats are plain texts: one of tomorrow must not make a screen refuse a manifest."""

    time: str = TimeFormat.HOURS_24
    seconds: bool = False
    date: str = DateFormat.NONE
    time_zone: str | None = None
    """None is the screen's own."""
    caption: str = ""


class TextStyle(Value, frozen=True):
    """How a text looks; what is None is chosen by the screen."""

    kind: str = TextKind.STILL
    colour: str | None = None
    background: str | None = None
    size: int | None = None
    """The height of a line in percent of the zone's."""
    speed: int | None = None
    """Of a ticker: percent of the zone's width in a second."""
    clock: ClockFace = ClockFace()


class Asset(Value, frozen=True):
    type: ContentType
    title: str = ""
    media_type: str | None = None
    sha256: str | None = None
    """Lower-case hex; None for content without a file (webpage, text, a stream)."""
    size: int | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    url: str | None = None
    """Where a web page is; of a video without a file, where its stream is."""
    text: str | None = None
    style: TextStyle | None = None

    @property
    def is_stream(self) -> bool:
        return self.type is ContentType.VIDEO and self.sha256 is None and self.url is not None


class Transition(Value, frozen=True):
    """How an item comes in: it starts with the item and runs over the picture before it."""

    kind: TransitionKind = TransitionKind.CUT
    duration_ms: int = 0


class Item(Value, frozen=True):
    id: ItemId
    content_id: ContentId
    duration_ms: int | None = None
    fit: Fit = Fit.CONTAIN
    transition: Transition = Transition()
    volume: int | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class Playlist(Value, frozen=True):
    name: str = ""
    order: Order = Order.SEQUENCE
    seed: int = 0
    items: tuple[Item, ...] = ()


class Zone(Value, frozen=True):
    id: ZoneId
    x: int
    y: int
    width: int
    height: int
    playlist_id: PlaylistId
    z: int = 0


class Layout(Value, frozen=True):
    width: int
    height: int
    zones: tuple[Zone, ...]
    background: str = "#000000"


class Always(Value, frozen=True, tag_field="kind", tag="always"):
    pass


class Weekly(Value, frozen=True, tag_field="kind", tag="weekly"):
    days: tuple[int, ...]
    """ISO weekdays, 1 is Monday."""
    start_time: str
    end_time: str


class Cron(Value, frozen=True, tag_field="kind", tag="cron"):
    expression: str
    duration_ms: int


class Once(Value, frozen=True, tag_field="kind", tag="once"):
    start: str
    """Local wall time, as in `2026-12-24T18:00`."""
    end: str


Recurrence = Always | Weekly | Cron | Once


class Schedule(Value, frozen=True):
    id: ScheduleId
    time_zone: str
    recurrence: Recurrence
    name: str = ""
    playlist_id: PlaylistId | None = None
    layout_id: LayoutId | None = None
    priority: int = 0
    starts_on: str | None = None
    ends_on: str | None = None


class Override(Value, frozen=True):
    id: OverrideId
    starts_at: Instant
    level: Level = Level.NORMAL
    playlist_id: PlaylistId | None = None
    layout_id: LayoutId | None = None
    ends_at: Instant | None = None


class Fallback(Value, frozen=True):
    playlist_id: PlaylistId | None = None


class Manifest(Value, frozen=True):
    device_id: DeviceId
    organization_id: OrganizationId
    version: int
    issued_at: Instant
    time_zone: str
    format: int = FORMAT
    stale_after_ms: int = 86_400_000
    keys: tuple[Key, ...] = ()
    screen: Screen = Screen()
    assets: dict[ContentId, Asset] = {}
    playlists: dict[PlaylistId, Playlist] = {}
    layouts: dict[LayoutId, Layout] = {}
    schedules: tuple[Schedule, ...] = ()
    overrides: tuple[Override, ...] = ()
    fallback: Fallback = Fallback()
