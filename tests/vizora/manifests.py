"""Small manifests to test with: a screen in Berlin, three contents, and whatever a test adds."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from vizora.identifiers import (
    ContentId,
    DeviceId,
    ItemId,
    LayoutId,
    OrganizationId,
    OverrideId,
    PlaylistId,
    ScheduleId,
    ZoneId,
)
from vizora.manifest.model import (
    Always,
    Asset,
    ContentType,
    Fallback,
    Item,
    Layout,
    Level,
    Manifest,
    Override,
    Playlist,
    Recurrence,
    Schedule,
    Zone,
)

SHA = "a" * 64
ASSETS = {
    ContentId("picture"): Asset(type=ContentType.IMAGE, title="A picture", sha256=SHA, size=10),
    ContentId("film"): Asset(type=ContentType.VIDEO, title="A film", sha256="b" * 64, size=20, duration_ms=7_000),
    ContentId("paper"): Asset(type=ContentType.PDF, title="A paper", sha256="c" * 64, size=30, pages=3),
}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def item(name: str, content: str = "picture", duration_ms: int | None = 10_000, **more: Any) -> Item:
    return Item(id=ItemId(name), content_id=ContentId(content), duration_ms=duration_ms, **more)


def playlist(*items: Item, **more: Any) -> Playlist:
    return Playlist(items=items, **more)


def schedule(key: str, recurrence: Recurrence | None = None, shows: str | None = "one", **more: Any) -> Schedule:
    """Shows the playlist `shows`, or a layout when `layout_id` is given."""
    more.setdefault("time_zone", "Europe/Berlin")
    if "layout_id" in more:
        shows = None
    return Schedule(
        id=ScheduleId(key), recurrence=recurrence or Always(), playlist_id=PlaylistId(shows) if shows else None, **more
    )


def override(
    name: str, starts_at: datetime, ends_at: datetime | None, shows: str = "one", level: Level = Level.NORMAL
) -> Override:
    return Override(
        id=OverrideId(name), starts_at=starts_at, ends_at=ends_at, playlist_id=PlaylistId(shows), level=level
    )


def layout(**zones: str) -> Layout:
    """Zones side by side; each argument is a zone's id and its playlist."""
    return Layout(
        width=1920,
        height=1080,
        zones=tuple(
            Zone(id=ZoneId(name), x=100 * place, y=0, width=100, height=100, playlist_id=PlaylistId(shows))
            for place, (name, shows) in enumerate(zones.items())
        ),
    )


def manifest(*schedules: Schedule, **more: Any) -> Manifest:
    """Playlists `one` (a single picture), `two` (a picture and a film) and `empty`, unless a test gives its own."""
    more.setdefault("assets", ASSETS)
    playlists = {
        "one": playlist(item("only")),
        "two": playlist(item("first"), item("second", "film", None)),
        "empty": playlist(),
    } | more.pop("playlists", {})
    fallback = more.pop("fallback", None)
    return Manifest(
        device_id=DeviceId("screen-1"),
        organization_id=OrganizationId("shop"),
        version=more.pop("version", 1),
        issued_at=more.pop("issued_at", utc(2026, 1, 1)),
        time_zone=more.pop("time_zone", "Europe/Berlin"),
        schedules=schedules,
        playlists={PlaylistId(name): made for name, made in playlists.items()},
        layouts={LayoutId(name): made for name, made in more.pop("layouts", {}).items()},
        fallback=Fallback(playlist_id=fallback and PlaylistId(fallback)),
        **more,
    )


def wire(made: Manifest) -> dict[str, Any]:
    """A manifest as the plain values its JSON says, to be changed and encoded again."""
    tree: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return tree
