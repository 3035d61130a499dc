"""What a playlist or layout can show, and when: its epochs (CONTRACT 6.8 and 6.9).

An epoch lasts from one change of which items are valid to the next. Items this screen can't show, ever or now, are not
part of the cycle. A layout shows when at least one of its zones does.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vizora.identifiers import MAIN_ZONE, ContentId, LayoutId, PlaylistId, ZoneId
from vizora.manifest.model import Item, Manifest
from vizora.manifest.publishable import what_lacks
from vizora.schedule.instants import AFTER_TIME, BEFORE_TIME, instant, micros
from vizora.schedule.loops import Loop, Slot, length_of


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
        self._floor = floor
        self._playlist = manifest.playlists.get(playlist_id)
        items = self._playlist.items if self._playlist else ()
        self._why_not = {item.id: why_never(manifest, item, unplayable) for item in items}
        self._named = {item.id: _name(manifest, item) for item in items}
        self._slots = [
            (*validity(item), Slot(index, item, length_of(item, manifest.assets[item.content_id])))
            for index, item in enumerate(items)
            if self._why_not[item.id] is None
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

    def why_nothing(self, at: int) -> str:
        """Why it can show nothing at an instant, as a sentence without its full stop."""
        if self._playlist is None:
            return f"the playlist {self.playlist_id} is not in the manifest"
        named = f"the playlist {self._playlist.name!r}" if self._playlist.name else "its playlist"
        if not self._playlist.items:
            return f"{named} is empty"
        reasons = [
            f"{self._named[item.id]}: {self._why_not[item.id] or _why_not_now(item, max(at, self._floor))}"
            for item in self._playlist.items
        ]
        more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
        return f"{named} has nothing to show ({'; '.join(reasons[:3])}{more})"


class Target:
    """What a source would put on the glass: a full-screen playlist, or a layout's zones."""

    def __init__(self, zones: list[tuple[ZoneId, PlaylistTarget]], fault: str | None = None) -> None:
        self._zones = zones
        self._fault = fault
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

    def why_nothing(self, at: int) -> str:
        """Why it can show nothing at an instant, as a sentence without its full stop."""
        if self._fault or not self._zones:
            return self._fault or "the layout has no zones"
        if len(self._zones) == 1:
            return self._zones[0][1].why_nothing(at)
        return "; ".join(f"zone {zone_id}: {playlist.why_nothing(at)}" for zone_id, playlist in self._zones)


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
            return Target([], "it must name either a playlist or a layout")
        if playlist_id is not None:
            return Target([(MAIN_ZONE, self._playlist(playlist_id))])
        assert layout_id is not None
        layout = self._manifest.layouts.get(layout_id)
        if layout is None:
            return Target([], f"the layout {layout_id} is not in the manifest")
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


def why_never(manifest: Manifest, item: Item, unplayable: Mapping[ContentId, str]) -> str | None:
    """Why this screen can't show an item at any time; None when it can."""
    asset = manifest.assets.get(item.content_id)
    if asset is None:
        return f"the content {item.content_id} is not in the manifest"
    return unplayable.get(item.content_id) or what_lacks(asset)


def _name(manifest: Manifest, item: Item) -> str:
    """What people call it, where they called it something."""
    asset = manifest.assets.get(item.content_id)
    return repr(asset.title) if asset is not None and asset.title else f"item {item.id}"


def _why_not_now(item: Item, at: int) -> str:
    if item.valid_from is not None and at < micros(item.valid_from):
        return f"not valid before {instant(micros(item.valid_from)).isoformat()}"
    assert item.valid_until is not None
    return f"not valid since {instant(micros(item.valid_until)).isoformat()}"
