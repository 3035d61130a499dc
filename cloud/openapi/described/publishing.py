"""What the publishing room answers."""

from cloud.allowed import Instant
from cloud.openapi.described.planning import TOO_MANY, TargetShape
from cloud.openapi.description import LIMITED, NOTHING, PAGED, Count, Described, Query, Shape, made, one
from cloud.screens.status import Status
from vizora.manifest.model import Level


class PublicationShape(Shape, frozen=True):
    id: str
    playlist_id: str | None
    layout_id: str | None
    content_id: str | None
    target: TargetShape
    level: Level
    starts_at: Instant
    ends_at: Instant | None
    created_at: Instant


class PublicationsShape(Shape, frozen=True):
    items: list[PublicationShape]
    next_cursor: str | None


class ProgressShape(Shape, frozen=True):
    device_id: str
    nickname: str
    status: Status
    manifest_version: int | None
    sent_at: Instant | None
    downloaded_at: Instant | None
    on_glass_at: Instant | None


class ProgressesShape(Shape, frozen=True):
    items: list[ProgressShape]
    """Those that it is not on the glass of yet first."""
    next_cursor: str | None
    count: Count
    """Of all the screens it is for."""
    on_glass: Count


DESCRIBED = {
    "GET /api/publish": Described("What is published over everything else now", one(PublicationsShape), query=PAGED),
    "POST /api/publish": Described(
        "Put something on the glass at once",
        made(PublicationShape, "ETag"),
        problems={400: ("PLAYLIST_001",), **TOO_MANY},
    ),
    "DELETE /api/publish/{id}": Described("End it", NOTHING),
    "GET /api/publish/{id}/screens": Described(
        "How far it is on each screen",
        one(ProgressesShape),
        query=(Query("limit", LIMITED.kind, "So many at most; all when not given."),),
    ),
}
