"""Is a decoded manifest a sound document? What is found here makes the screen refuse the whole manifest.

Faults that touch only one schedule, override, zone or item are not here but in `vizora.manifest.publishable`: the cloud
never signs those, and a screen that meets one skips that part, says why, and plays the rest.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from vizora.manifest import limits
from vizora.manifest.faults import Fault, pointer
from vizora.manifest.model import Asset, Item, Layout, Manifest, Override, Playlist, Schedule, Screen, TextStyle

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SHA256 = re.compile(r"[0-9a-f]{64}")
ROTATIONS = (0, 90, 180, 270)
Faults = Iterator[Fault]


def unsound(manifest: Manifest) -> Faults:
    """Every fault for which the whole document is refused, in the order of the document."""
    yield from _id(manifest.device_id, "deviceId")
    yield from _id(manifest.organization_id, "organizationId")
    yield from _range(manifest.version, 0, limits.MAX_INTEGER, "version")
    yield from _instant(manifest.issued_at, "issuedAt")
    yield from _range(manifest.stale_after_ms, 0, limits.MAX_STALE_MS, "staleAfterMs")
    yield from _text(manifest.time_zone, 1, limits.MAX_ID, "timeZone")
    yield from _count(manifest.keys, limits.MAX_KEYS, "keys")
    for index, key in enumerate(manifest.keys):
        yield from _id(key.key_id, "keys", index, "keyId")
        yield from _text(key.public_key, 1, limits.MAX_ID, "keys", index, "publicKey")
    yield from _unique((key.key_id for key in manifest.keys), "keys", "keyId")
    yield from _screen(manifest.screen)
    yield from _named_parts(manifest)
    for index, schedule in enumerate(manifest.schedules):
        yield from _schedule(schedule, index)
    for index, override in enumerate(manifest.overrides):
        yield from _override(override, index)
    yield from _unique((schedule.id for schedule in manifest.schedules), "schedules", "id")
    yield from _unique((override.id for override in manifest.overrides), "overrides", "id")


def _named_parts(manifest: Manifest) -> Faults:
    yield from _count(manifest.assets, limits.MAX_ASSETS, "assets")
    for content_id, asset in manifest.assets.items():
        yield from _asset(asset, content_id)
    yield from _count(manifest.playlists, limits.MAX_PLAYLISTS, "playlists")
    for playlist_id, playlist in manifest.playlists.items():
        yield from _playlist(playlist, playlist_id)
    yield from _count(manifest.layouts, limits.MAX_LAYOUTS, "layouts")
    for layout_id, layout in manifest.layouts.items():
        yield from _layout(layout, layout_id)
    yield from _count(manifest.schedules, limits.MAX_SCHEDULES, "schedules")
    yield from _count(manifest.overrides, limits.MAX_OVERRIDES, "overrides")


def _screen(screen: Screen) -> Faults:
    yield from _side(screen.width, "screen", "width")
    yield from _side(screen.height, "screen", "height")
    if screen.rotation not in ROTATIONS:
        yield Fault(pointer("screen", "rotation"), f"{screen.rotation} is not one of 0, 90, 180, 270")
    yield from _colour(screen.background, "screen", "background")
    yield from _range(screen.volume, 0, 100, "screen", "volume")
    yield from _count(screen.power, limits.MAX_POWER_WINDOWS, "screen", "power")


def _asset(asset: Asset, content_id: str) -> Faults:
    place = ("assets", content_id)
    yield from _id(content_id, *place)
    yield from _text(asset.title, 0, limits.MAX_NAME, *place, "title")
    yield from _text(asset.media_type or "", 0, limits.MAX_ID, *place, "mediaType")
    yield from _text(asset.url or "", 0, limits.MAX_URL, *place, "url")
    yield from _text(asset.text or "", 0, limits.MAX_TEXT, *place, "text")
    if asset.sha256 is not None and not SHA256.fullmatch(asset.sha256):
        yield Fault(pointer(*place, "sha256"), "must be 64 lower-case hexadecimal digits")
    yield from _range(asset.size, 0, limits.MAX_FILE, *place, "size")
    yield from _range(asset.duration_ms, 0, limits.MAX_ITEM_MS, *place, "durationMs")
    yield from _range(asset.width, 0, limits.MAX_SIDE, *place, "width")
    yield from _range(asset.height, 0, limits.MAX_SIDE, *place, "height")
    yield from _range(asset.pages, 0, limits.MAX_PAGES, *place, "pages")
    if asset.style is not None:
        yield from _style(asset.style, *place, "style")


def _style(style: TextStyle, *place: str | int) -> Faults:
    for name, colour in (("colour", style.colour), ("background", style.background)):
        if colour is not None:
            yield from _colour(colour, *place, name)
    yield from _range(style.size, 1, limits.MAX_PERCENT, *place, "size")
    yield from _range(style.speed, 1, limits.MAX_PERCENT, *place, "speed")
    yield from _text(style.clock.time_zone or "", 0, limits.MAX_ID, *place, "clock", "timeZone")
    yield from _text(style.clock.caption, 0, limits.MAX_CAPTION, *place, "clock", "caption")


def _playlist(playlist: Playlist, playlist_id: str) -> Faults:
    place = ("playlists", playlist_id)
    yield from _id(playlist_id, *place)
    yield from _text(playlist.name, 0, limits.MAX_NAME, *place, "name")
    yield from _range(playlist.seed, -limits.MAX_INTEGER, limits.MAX_INTEGER, *place, "seed")
    yield from _count(playlist.items, limits.MAX_ITEMS, *place, "items")
    for index, item in enumerate(playlist.items):
        yield from _item(item, *place, "items", index)
    yield from _unique((item.id for item in playlist.items), *place, "items", "id")


def _item(item: Item, *place: str | int) -> Faults:
    yield from _id(item.id, *place, "id")
    yield from _id(item.content_id, *place, "contentId")
    yield from _range(item.duration_ms, 1, limits.MAX_ITEM_MS, *place, "durationMs")
    yield from _range(item.transition.duration_ms, 0, limits.MAX_ITEM_MS, *place, "transition", "durationMs")
    yield from _range(item.volume, 0, 100, *place, "volume")
    yield from _instant(item.valid_from, *place, "validFrom")
    yield from _instant(item.valid_until, *place, "validUntil")


def _layout(layout: Layout, layout_id: str) -> Faults:
    place = ("layouts", layout_id)
    yield from _id(layout_id, *place)
    yield from _side(layout.width, *place, "width")
    yield from _side(layout.height, *place, "height")
    yield from _colour(layout.background, *place, "background")
    yield from _count(layout.zones, limits.MAX_ZONES, *place, "zones")
    for index, zone in enumerate(layout.zones):
        there = (*place, "zones", index)
        yield from _id(zone.id, *there, "id")
        yield from _id(zone.playlist_id, *there, "playlistId")
        yield from _range(zone.x, -limits.MAX_SIDE, limits.MAX_SIDE, *there, "x")
        yield from _range(zone.y, -limits.MAX_SIDE, limits.MAX_SIDE, *there, "y")
        yield from _side(zone.width, *there, "width")
        yield from _side(zone.height, *there, "height")
        yield from _range(zone.z, -limits.MAX_PRIORITY, limits.MAX_PRIORITY, *there, "z")
    yield from _unique((zone.id for zone in layout.zones), *place, "zones", "id")


def _schedule(schedule: Schedule, index: int) -> Faults:
    place = ("schedules", index)
    yield from _id(schedule.id, *place, "id")
    yield from _text(schedule.name, 0, limits.MAX_NAME, *place, "name")
    yield from _text(schedule.time_zone, 0, limits.MAX_ID, *place, "timeZone")
    yield from _range(schedule.priority, -limits.MAX_PRIORITY, limits.MAX_PRIORITY, *place, "priority")


def _override(override: Override, index: int) -> Faults:
    yield from _id(override.id, "overrides", index, "id")
    yield from _instant(override.starts_at, "overrides", index, "startsAt")
    yield from _instant(override.ends_at, "overrides", index, "endsAt")


def _id(value: str, *place: str | int) -> Faults:
    if not 1 <= len(value) <= limits.MAX_ID or not value.isprintable():
        yield Fault(pointer(*place), f"an id has 1 to {limits.MAX_ID} printable characters")


def _text(value: str, least: int, most: int, *place: str | int) -> Faults:
    if not least <= len(value) <= most:
        yield Fault(pointer(*place), f"{len(value)} characters; {least} to {most} are allowed")


def _range(value: int | None, least: int, most: int, *place: str | int) -> Faults:
    if value is not None and not least <= value <= most:
        yield Fault(pointer(*place), f"{value} is not within {least} to {most}")


def _side(value: int, *place: str | int) -> Faults:
    yield from _range(value, 1, limits.MAX_SIDE, *place)


def _count(values: Collection[object], most: int, *place: str | int) -> Faults:
    if len(values) > most:
        yield Fault(pointer(*place), f"{len(values)} entries; at most {most} are allowed")


def _colour(value: str, *place: str | int) -> Faults:
    if not COLOUR.fullmatch(value):
        yield Fault(pointer(*place), f"{value[:20]!r} is not a colour such as #1a2b3c")


def _instant(value: datetime | None, *place: str | int) -> Faults:
    if value is not None and value.utcoffset() != timedelta():
        yield Fault(pointer(*place), "must be an instant in UTC such as 2026-11-22T18:00:00Z")


def _unique(values: Iterable[str], *place: str | int) -> Faults:
    *list_place, field = place
    for value, count in Counter(values).items():
        if count > 1:
            yield Fault(pointer(*list_place), f"{field} {value[: limits.MAX_ID]!r} is used {count} times")
