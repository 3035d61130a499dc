"""What a playlist or layout can show, and when: its epochs (CONTRACT 6.8 and 6.9).

An epoch lasts from one change of which items are valid to the next. Items this screen can't show, ever or now, are not
part of the cycle. A layout shows when at least one of its zones does.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from vizora.identifiers import MAIN_ZONE, ContentId, LayoutId, PlaylistId, ZoneId
from vizora.manifest.model import Item, Manifest
from vizora.manifest.publishable import what_lacks
from vizora.schedule.instants import AFTER_TIME, BEFORE_TIME, instant, micros
from vizora.schedule.loops import Loop, Slot, length_of
from vizora.schedule.reasons import Hindrance, Lack, Lacking, Unshown

WhyNot = tuple[Hindrance, datetime | None, str]
_ITEMS_TOLD = 3


class ZoneLoop(NamedTuple):
    """What one zone plays during an epoch; `since` is when its valid items last changed, or BEFORE_TIME."""

    zone_id: ZoneId
    playlist_id: PlaylistId
    loop: Loop
    since: int


class PlaylistTarget:
    """The epochs of one playlist. Before `floor`, which has certainly passed, it shows what it shows at `floor`."""

    def __init__(
        self, manifest: Manifest, playlist_id: PlaylistId, unplayable: Mapping[ContentId, str], floor: int
    ) -> None:
        self.playlist_id = playlist_id
        self._manifest = manifest
        self._floor = floor
        self._playlist = manifest.playlists.get(playlist_id)
        items = self._playlist.items if self._playlist else ()
        self._never = {item.id: _never(manifest, item, unplayable) for item in items}
        self._slots = [
            (*validity(item), Slot(index, item, length_of(item, manifest.assets[item.content_id])))
            for index, item in enumerate(items)
            if self._never[item.id] is None
        ]
        changes = sorted({edge for start, end, _ in self._slots for edge in (start, end)} - {BEFORE_TIME, AFTER_TIME})
        passed = bisect_right(changes, floor)
        self.starts = [BEFORE_TIME, *changes[passed:]]
        self._changes = [changes[passed - 1] if passed else BEFORE_TIME, *changes[passed:]]
        self._loops: dict[int, Loop | None] = {}

    def loop(self, epoch: int) -> Loop | None:
        """The cycle of an epoch; None when nothing is valid."""
        if epoch not in self._loops:
            at = self._changes[epoch]
            slots = [slot for start, end, slot in self._slots if start <= at < end]
            assert self._playlist is not None or not slots
            self._loops[epoch] = (
                Loop(slots, self._playlist.order, self._playlist.seed) if slots and self._playlist else None
            )
        return self._loops[epoch]

    def zone_loop(self, zone_id: ZoneId, at: int) -> ZoneLoop | None:
        """What a zone with this playlist plays at an instant; None when nothing."""
        epoch = bisect_right(self.starts, at) - 1
        loop = self.loop(epoch)
        return ZoneLoop(zone_id, self.playlist_id, loop, self._changes[epoch]) if loop else None

    def lack(self, at: int, zone_id: ZoneId | None = None) -> Lack:
        """Why it can show nothing at an instant."""
        if self._playlist is None:
            return Lack(Lacking.PLAYLIST, self.playlist_id, zone_id=zone_id)
        items, name = self._playlist.items, self._playlist.name
        if not items:
            return Lack(Lacking.ITEMS, self.playlist_id, name, zone_id)
        told = tuple(self._unshown(item, max(at, self._floor)) for item in items[:_ITEMS_TOLD])
        return Lack(Lacking.VALID_ITEMS, self.playlist_id, name, zone_id, told, len(items) - len(told))

    def _unshown(self, item: Item, at: int) -> Unshown:
        asset = self._manifest.assets.get(item.content_id)
        why = self._never[item.id] or _not_now(item, at)
        return Unshown(item.id, item.content_id, asset.title if asset else "", *why)


class Target:
    """What a source would put on the glass: a full-screen playlist, or a layout's zones."""

    def __init__(self, zones: list[tuple[ZoneId, PlaylistTarget]], lack: Lack | None = None) -> None:
        self._zones = zones
        self._lack = lack
        self._starts = sorted({start for _, playlist in zones for start in playlist.starts} | {BEFORE_TIME})
        self._shown: dict[int, tuple[ZoneLoop, ...]] = {}

    def showing(self, epoch: int) -> tuple[ZoneLoop, ...]:
        """The zones that show something during an epoch; empty when none does."""
        if epoch not in self._shown:
            at = self._starts[epoch]
            loops = (playlist.zone_loop(zone_id, at) for zone_id, playlist in self._zones)
            self._shown[epoch] = tuple(loop for loop in loops if loop)
        return self._shown[epoch]

    def showings(self, low: int, high: int) -> Iterator[tuple[int, int, tuple[ZoneLoop, ...]]]:
        """The parts of [low, high) in which it shows something, one an epoch."""
        starts = self._starts
        for epoch in range(bisect_right(starts, low) - 1, len(starts)):
            start = max(low, starts[epoch])
            end = high if epoch + 1 == len(starts) else min(high, starts[epoch + 1])
            if start >= high:
                return
            if self.showing(epoch):
                yield start, end, self.showing(epoch)

    def lacks(self, at: int) -> tuple[Lack, ...]:
        """Why it can show nothing at an instant; of a layout with several zones one each."""
        if self._lack:
            return (self._lack,)
        if len(self._zones) == 1:
            return (self._zones[0][1].lack(at),)
        return tuple(playlist.lack(at, zone_id) for zone_id, playlist in self._zones)


class Targets:
    """The targets of one manifest on one screen; playlists are shared by all that show them."""

    def __init__(self, manifest: Manifest, unplayable: Mapping[ContentId, str], floor: int) -> None:
        self._manifest = manifest
        self._unplayable = unplayable
        self._floor = floor
        self._playlists: dict[PlaylistId, PlaylistTarget] = {}
        self._targets: dict[tuple[PlaylistId | None, LayoutId | None], Target] = {}

    def target(self, playlist_id: PlaylistId | None, layout_id: LayoutId | None) -> Target:
        key = (playlist_id, layout_id)
        if key not in self._targets:
            self._targets[key] = self._made(playlist_id, layout_id)
        return self._targets[key]

    def _made(self, playlist_id: PlaylistId | None, layout_id: LayoutId | None) -> Target:
        if (playlist_id is None) == (layout_id is None):
            return Target([], Lack(Lacking.TARGET))
        if playlist_id is not None:
            return Target([(MAIN_ZONE, self._playlist(playlist_id))])
        assert layout_id is not None
        layout = self._manifest.layouts.get(layout_id)
        if layout is None:
            return Target([], Lack(Lacking.LAYOUT, layout_id))
        if not layout.zones:
            return Target([], Lack(Lacking.ZONES, layout_id))
        return Target([(zone.id, self._playlist(zone.playlist_id)) for zone in layout.zones])

    def _playlist(self, playlist_id: PlaylistId) -> PlaylistTarget:
        if playlist_id not in self._playlists:
            self._playlists[playlist_id] = PlaylistTarget(self._manifest, playlist_id, self._unplayable, self._floor)
        return self._playlists[playlist_id]


def validity(item: Item) -> tuple[int, int]:
    """When an item is valid, [start, end); the empty stretch (0, 0) for one that ends before it starts."""
    start = BEFORE_TIME if item.valid_from is None else micros(item.valid_from)
    end = AFTER_TIME if item.valid_until is None else micros(item.valid_until)
    return (start, end) if start < end else (BEFORE_TIME, BEFORE_TIME)


def _never(manifest: Manifest, item: Item, unplayable: Mapping[ContentId, str]) -> WhyNot | None:
    """Why this screen can't show an item at any time; None when it can."""
    asset = manifest.assets.get(item.content_id)
    if asset is None:
        return Hindrance.NOT_IN_MANIFEST, None, ""
    fault = unplayable.get(item.content_id) or what_lacks(asset)
    return None if fault is None else (Hindrance.UNPLAYABLE, None, fault)


def _not_now(item: Item, at: int) -> WhyNot:
    if item.valid_from is not None and at < micros(item.valid_from):
        return Hindrance.NOT_YET, instant(micros(item.valid_from)), ""
    assert item.valid_until is not None
    return Hindrance.OVER, instant(micros(item.valid_until)), ""
