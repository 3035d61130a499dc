"""From rows to the manifest of one screen (CONTRACT section 5). Pure: the same rows give the same bytes."""

import re
from collections.abc import Collection, Iterable

import msgspec

from cloud.clock import EPOCH
from cloud.content.rows import READY
from cloud.db.unit import Row
from cloud.publishing.library import Library
from cloud.schedules.model import DEVICE_ZONE
from cloud.targets import is_for
from vizora.identifiers import ContentId, DeviceId, LayoutId, OrganizationId, PlaylistId
from vizora.manifest.model import (
    Asset,
    ContentType,
    Fallback,
    Fit,
    Item,
    Key,
    Layout,
    Level,
    Manifest,
    Order,
    Override,
    Playlist,
    PowerWindow,
    Recurrence,
    Schedule,
    Screen,
    TextStyle,
    Transition,
    TransitionKind,
    Zone,
)
from vizora.manifest.publishable import what_lacks


def build(library: Library, device: Row, tags: Collection[str], keys: tuple[Key, ...]) -> Manifest:
    """What the screen `device` plays, with version 0 and no time of issue: whoever issues it fills these in."""
    schedules = [row for row in library.schedules if is_for(row["target"], device["id"], tags)]
    overrides = [row for row in library.overrides if is_for(row["target"], device["id"], tags)]
    assets = _assets(library)
    layouts = _layouts(library, [*schedules, *overrides])
    playlists = _playlists(library, [*schedules, *overrides], layouts, device["fallback_playlist_id"], assets)
    shown = {item.content_id for playlist in playlists.values() for item in playlist.items}
    return Manifest(
        device_id=DeviceId(device["id"]),
        organization_id=OrganizationId(device["organization_id"]),
        version=0,
        issued_at=EPOCH,
        time_zone=device["time_zone"],
        keys=keys,
        screen=_screen(device),
        assets={content_id: asset for content_id, asset in assets.items() if content_id in shown},
        playlists=playlists,
        layouts=layouts,
        schedules=tuple(schedule_of(row, device["time_zone"]) for row in schedules if _shows(row, playlists, layouts)),
        overrides=tuple(_override(row) for row in overrides if _shows(row, playlists, layouts)),
        fallback=Fallback(device["fallback_playlist_id"]),
    )


def _screen(device: Row) -> Screen:
    size = re.match(r"([1-9]\d{1,4})\s*[xX×]\s*([1-9]\d{1,4})", device["resolution"])
    width, height = (int(size[1]), int(size[2])) if size else (1920, 1080)
    return Screen(
        width=min(width, 32_768),
        height=min(height, 32_768),
        rotation=device["rotation"],
        background=device["background"],
        volume=device["volume"],
        power=tuple(msgspec.convert(device["power"], list[PowerWindow])),
    )


def _assets(library: Library) -> dict[ContentId, Asset]:
    """What is ready to be shown, by content id."""
    ready = {ContentId(row["id"]): asset_of(row) for row in library.content.values() if row["status"] == READY}
    return {content_id: asset for content_id, asset in ready.items() if what_lacks(asset) is None}


def asset_of(row: Row) -> Asset:
    """A row of `content`, whether it can be shown or not."""
    return Asset(
        type=ContentType(row["type"]),
        title=row["title"],
        media_type=row["media_type"],
        sha256=row["sha256"],
        size=row["size"],
        duration_ms=row["duration_ms"],
        width=row["width"],
        height=row["height"],
        pages=row["pages"],
        url=row["url"],
        text=row["text"],
        style=None if row["style"] is None else msgspec.convert(row["style"], TextStyle),
    )


def _layouts(library: Library, sources: Iterable[Row]) -> dict[LayoutId, Layout]:
    wanted = {row["layout_id"] for row in sources if row["layout_id"] is not None}
    return {
        LayoutId(id_): _layout(library.layouts[id_], library.zones[id_]) for id_ in wanted if library.zones.get(id_)
    }


def _layout(row: Row, zones: Iterable[Row]) -> Layout:
    return Layout(
        width=row["width"],
        height=row["height"],
        background=row["background"],
        zones=tuple(
            Zone(
                id=zone["zone_id"],
                x=zone["x"],
                y=zone["y"],
                width=zone["width"],
                height=zone["height"],
                z=zone["z"],
                playlist_id=zone["playlist_id"],
            )
            for zone in zones
        ),
    )


def _playlists(
    library: Library,
    sources: Iterable[Row],
    layouts: dict[LayoutId, Layout],
    fallback: str | None,
    assets: Collection[ContentId],
) -> dict[PlaylistId, Playlist]:
    wanted = {zone.playlist_id for layout in layouts.values() for zone in layout.zones}
    wanted |= {row["playlist_id"] for row in sources if row["playlist_id"] is not None}
    wanted |= {PlaylistId(fallback)} if fallback is not None else set()
    playlists = {id_: _playlist(library.playlists[id_], library.items.get(id_, []), assets) for id_ in wanted}
    singles = {PlaylistId(row["id"]): _single(row) for row in sources if row.get("content_id") in assets}
    return playlists | singles


def _playlist(row: Row, items: Iterable[Row], assets: Collection[ContentId]) -> Playlist:
    return Playlist(
        name=row["name"],
        order=Order(row["play_order"]),
        seed=row["seed"],
        items=tuple(_item(item) for item in items if item["content_id"] in assets),
    )


def _single(override: Row) -> Playlist:
    """One piece of content, published by itself: a playlist that is called as the override is."""
    return Playlist(items=(Item(id=override["id"], content_id=override["content_id"]),))


def _item(row: Row) -> Item:
    return Item(
        id=row["id"],
        content_id=row["content_id"],
        duration_ms=row["duration_ms"],
        fit=Fit(row["fit"]),
        transition=Transition(TransitionKind(row["transition_kind"]), row["transition_ms"]),
        volume=row["volume"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
    )


def _shows(row: Row, playlists: Collection[PlaylistId], layouts: Collection[LayoutId]) -> bool:
    return row["layout_id"] in layouts or row["playlist_id"] in playlists or row["id"] in playlists


def schedule_of(row: Row, device_zone: str) -> Schedule:
    """A row of `schedules`, on a screen in this time zone."""
    return Schedule(
        id=row["id"],
        name=row["name"],
        playlist_id=row["playlist_id"],
        layout_id=row["layout_id"],
        priority=row["priority"],
        time_zone=device_zone if row["time_zone"] == DEVICE_ZONE else row["time_zone"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        recurrence=msgspec.convert(row["recurrence"], Recurrence),
    )


def _override(row: Row) -> Override:
    return Override(
        id=row["id"],
        level=Level(row["level"]),
        playlist_id=row["playlist_id"] or (PlaylistId(row["id"]) if row["content_id"] else None),
        layout_id=row["layout_id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
    )
