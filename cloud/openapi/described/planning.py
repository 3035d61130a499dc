"""What the rooms of playlists, layouts and schedules answer."""

import msgspec

from cloud.allowed import Instant
from cloud.openapi.description import FORCE, NOTHING, PAGED, Described, Query, Shape, made, one
from vizora.manifest.model import Fit, Order, Recurrence, Transition
from vizora.schedule.conflicts import Conflict
from vizora.schedule.timeline import TimelineSegment


class ItemShape(Shape, frozen=True):
    id: str
    content_id: str
    duration_ms: int | None
    fit: Fit
    transition: Transition
    volume: int | None
    valid_from: Instant | None
    valid_until: Instant | None


class PlaylistShape(Shape, frozen=True):
    id: str
    name: str
    description: str
    order: Order
    items: list[ItemShape]
    created_at: Instant
    updated_at: Instant


class PlaylistsShape(Shape, frozen=True):
    items: list[PlaylistShape]
    next_cursor: str | None


class ZoneShape(Shape, frozen=True):
    id: str
    x: int
    y: int
    width: int
    height: int
    z: int
    playlist_id: str


class LayoutShape(Shape, frozen=True):
    id: str
    name: str
    width: int
    height: int
    background: str
    zones: list[ZoneShape]
    created_at: Instant
    updated_at: Instant


class LayoutsShape(Shape, frozen=True):
    items: list[LayoutShape]
    next_cursor: str | None


class TargetShape(Shape, frozen=True):
    """All screens, or those named and tagged."""

    all: bool | msgspec.UnsetType = msgspec.UNSET
    device_ids: list[str] | msgspec.UnsetType = msgspec.UNSET
    tags: list[str] | msgspec.UnsetType = msgspec.UNSET


class ScheduleShape(Shape, frozen=True):
    id: str
    name: str
    playlist_id: str | None
    layout_id: str | None
    target: TargetShape
    priority: int
    timezone: str
    starts_on: str | None
    ends_on: str | None
    recurrence: Recurrence
    next_runs: list[Instant]
    last_executed_at: Instant | None
    execution_count: int
    created_at: Instant
    updated_at: Instant


class SchedulesShape(Shape, frozen=True):
    items: list[ScheduleShape]
    next_cursor: str | None


class PreviewShape(Shape, frozen=True):
    device_id: str | None
    draft_id: str | None
    time_zone: str
    segments: list[TimelineSegment]
    conflicts: list[Conflict]
    digest: str


_PLAYLIST, _LAYOUT, _SCHEDULE = "/api/playlists/{id}", "/api/layouts/{id}", "/api/schedules/{id}"
TOO_MANY = {409: ("CONFLICT_001",)}
"""Of what an organization may have (`cloud.db.most`)."""
_UNKNOWN_CONTENT = {400: ("PLAYLIST_001",), **TOO_MANY}
_WRONG_RULE = {400: ("SCHEDULE_001", "SCHEDULE_002")}
_IN_USE = {409: ("CONFLICT_001",)}
_PAGE = "One page, the newest first."
DESCRIBED = {
    "GET /api/playlists": Described(
        "List playlists", one(PlaylistsShape, note=_PAGE), query=(*PAGED, Query("q", str, "In its name."))
    ),
    "POST /api/playlists": Described("Make a playlist", made(PlaylistShape, "ETag"), problems=_UNKNOWN_CONTENT),
    f"GET {_PLAYLIST}": Described("One playlist with its items", one(PlaylistShape, "ETag")),
    f"PUT {_PLAYLIST}": Described("Replace a playlist", one(PlaylistShape, "ETag"), problems=_UNKNOWN_CONTENT),
    f"PATCH {_PLAYLIST}": Described("Change a playlist", one(PlaylistShape, "ETag"), problems=_UNKNOWN_CONTENT),
    f"DELETE {_PLAYLIST}": Described("Delete a playlist", NOTHING, query=(FORCE,), problems=_IN_USE),
    "GET /api/layouts": Described("List layouts", one(LayoutsShape, note=_PAGE), query=PAGED),
    "POST /api/layouts": Described("Make a layout", made(LayoutShape, "ETag"), problems=TOO_MANY),
    f"GET {_LAYOUT}": Described("One layout with its zones", one(LayoutShape, "ETag")),
    f"PUT {_LAYOUT}": Described("Replace a layout", one(LayoutShape, "ETag")),
    f"PATCH {_LAYOUT}": Described("Change a layout", one(LayoutShape, "ETag")),
    f"DELETE {_LAYOUT}": Described("Delete a layout", NOTHING, query=(FORCE,), problems=_IN_USE),
    "GET /api/schedules": Described("List schedules", one(SchedulesShape, note=_PAGE), query=PAGED),
    "POST /api/schedules": Described(
        "Make a schedule", made(ScheduleShape, "ETag"), problems={**_WRONG_RULE, **TOO_MANY}
    ),
    "POST /api/schedules/preview": Described(
        "What would be on; nothing is stored", one(PreviewShape), problems={**_WRONG_RULE, 404: ("NOT_FOUND_001",)}
    ),
    f"GET {_SCHEDULE}": Described("One schedule and its next runs", one(ScheduleShape, "ETag")),
    f"PUT {_SCHEDULE}": Described("Replace a schedule", one(ScheduleShape, "ETag"), problems=_WRONG_RULE),
    f"PATCH {_SCHEDULE}": Described("Change a schedule", one(ScheduleShape, "ETag"), problems=_WRONG_RULE),
    f"DELETE {_SCHEDULE}": Described("Delete a schedule", NOTHING),
}
