"""What a sound manifest may still get wrong in single parts. The cloud signs none of these; a screen skips the part."""

from collections.abc import Callable, Iterator

from vizora.errors import PublisherError
from vizora.manifest.faults import Fault, pointer
from vizora.manifest.model import (
    Asset,
    ContentType,
    DateFormat,
    Item,
    Manifest,
    Override,
    Schedule,
    TextKind,
    TextStyle,
    TimeFormat,
)
from vizora.schedule.recurrence import check, check_dates, check_days, check_zone
from vizora.schedule.wall import time_of_day

Faults = Iterator[Fault]
_WITH_FILE = (ContentType.IMAGE, ContentType.VIDEO, ContentType.PDF)
STREAMS = ("rtsp://", "rtsps://", "http://", "https://", "udp://", "rtp://")
"""How the address of a stream may begin; http and https are HLS."""
_STREAMS_SAID = f"{', '.join(STREAMS[:-1])} or {STREAMS[-1]}"


def unpublishable(manifest: Manifest) -> Faults:
    """Every such fault, in the order of the document."""
    yield from _checked(lambda: check_zone(manifest.time_zone), "timeZone")
    for index, window in enumerate(manifest.screen.power):
        place = ("screen", "power", index)
        yield from _checked(lambda days=window.days: check_days(days), *place, "days")  # type: ignore[misc]
        yield from _checked(lambda on=window.on: time_of_day(on), *place, "on")  # type: ignore[misc]
        yield from _checked(lambda off=window.off: time_of_day(off), *place, "off")  # type: ignore[misc]
    for content_id, asset in manifest.assets.items():
        reason = what_lacks(asset)
        if reason:
            yield Fault(pointer("assets", content_id), reason)
        if asset.style is not None:
            yield from _style(asset.style, "assets", content_id, "style")
    for playlist_id, playlist in manifest.playlists.items():
        for index, item in enumerate(playlist.items):
            yield from _item(manifest, item, "playlists", playlist_id, "items", index)
    for layout_id, layout in manifest.layouts.items():
        if not layout.zones:
            yield Fault(pointer("layouts", layout_id, "zones"), "a layout has at least one zone")
        for index, zone in enumerate(layout.zones):
            yield from _known(zone.playlist_id, manifest.playlists, "layouts", layout_id, "zones", index, "playlistId")
    for index, schedule in enumerate(manifest.schedules):
        yield from _target(manifest, schedule, "schedules", index)
        yield from _when(schedule, "schedules", index)
    for index, override in enumerate(manifest.overrides):
        yield from _target(manifest, override, "overrides", index)
        if override.ends_at is not None and override.ends_at <= override.starts_at:
            yield Fault(pointer("overrides", index, "endsAt"), "must be later than startsAt")
    if manifest.fallback.playlist_id is not None:
        yield from _known(manifest.fallback.playlist_id, manifest.playlists, "fallback", "playlistId")


def what_lacks(asset: Asset) -> str | None:
    """What an asset would need to be shown, as a sentence; None when it has it."""
    if asset.is_stream:
        return (
            None if (asset.url or "").startswith(STREAMS) else f"a stream needs a url that begins with {_STREAMS_SAID}"
        )
    if asset.type in _WITH_FILE and asset.sha256 is None:
        return f"content of type {asset.type} needs its sha256"
    if asset.type is ContentType.WEBPAGE and not (asset.url or "").startswith(("https://", "http://")):
        return "content of type webpage needs a url that begins with https:// or http://"
    if asset.type is ContentType.TEXT and not asset.text:
        return "content of type text needs its text"
    return None


def _style(style: TextStyle, *place: str | int) -> Faults:
    for name, value, known in (
        (("kind",), style.kind, TextKind),
        (("clock", "time"), style.clock.time, TimeFormat),
        (("clock", "date"), style.clock.date, DateFormat),
    ):
        if value not in tuple(known):
            yield Fault(pointer(*place, *name), f"{value[:20]!r} is not one of {', '.join(known)}")
    if style.clock.time_zone is not None:
        zone = style.clock.time_zone
        yield from _checked(lambda: check_zone(zone), *place, "clock", "timeZone")


def _item(manifest: Manifest, item: Item, *place: str | int) -> Faults:
    yield from _known(item.content_id, manifest.assets, *place, "contentId")
    if item.valid_from is not None and item.valid_until is not None and item.valid_until <= item.valid_from:
        yield Fault(pointer(*place, "validUntil"), "must be later than validFrom")


def _target(manifest: Manifest, source: Schedule | Override, *place: str | int) -> Faults:
    if (source.playlist_id is None) == (source.layout_id is None):
        yield Fault(pointer(*place), "needs either a playlistId or a layoutId")
    if source.playlist_id is not None:
        yield from _known(source.playlist_id, manifest.playlists, *place, "playlistId")
    if source.layout_id is not None:
        yield from _known(source.layout_id, manifest.layouts, *place, "layoutId")


def _when(schedule: Schedule, *place: str | int) -> Faults:
    yield from _checked(lambda: check_zone(schedule.time_zone), *place, "timeZone")
    yield from _checked(lambda: check(schedule.recurrence), *place, "recurrence")
    yield from _checked(lambda: check_dates(schedule.starts_on, schedule.ends_on), *place, "startsOn")


def _known(name: str, among: object, *place: str | int) -> Faults:
    assert isinstance(among, dict)
    if name not in among:
        yield Fault(pointer(*place), f"{name[:64]!r} is not in this manifest's {_collection(place[-1])}")


def _collection(field: str | int) -> str:
    return {"contentId": "assets", "layoutId": "layouts"}.get(str(field), "playlists")


def _checked(act: Callable[[], object], *place: str | int) -> Faults:
    try:
        act()
    except PublisherError as error:
        yield Fault(pointer(*place), str(error))
