"""A cycle of items and where in it one is (CONTRACT 6.9 and 6.10). Lengths and offsets are in microseconds."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from vizora.manifest.model import DEFAULT_STILL_MS, Asset, ContentType, Item, Order
from vizora.schedule.instants import MILLISECOND
from vizora.schedule.shuffle import permutation


class Slot(NamedTuple):
    """An item with its place in the playlist as written, and how long it plays."""

    place: int
    item: Item
    length: int


class Loop:
    """The items valid now, played over and over."""

    def __init__(self, slots: Sequence[Slot], order: Order, seed: int) -> None:
        self._slots = slots
        self._seed = seed if order is Order.SHUFFLE and len(slots) > 1 else None
        self._latest = (0, *self._arranged(0))
        self.length = sum(slot.length for slot in slots)

    def at(self, elapsed: int) -> tuple[Slot, int, int]:
        """The slot `elapsed` after the anchor, and when it starts and ends, counted from the anchor."""
        cycle, inside = divmod(elapsed, self.length)
        number, slots, ends = self._latest
        if self._seed is not None and number != cycle:
            slots, ends = self._arranged(cycle)
            self._latest = (cycle, slots, ends)
        place = bisect_right(ends, inside)
        slot, end = slots[place], elapsed - inside + ends[place]
        return slot, end - slot.length, end

    def _arranged(self, cycle: int) -> tuple[Sequence[Slot], list[int]]:
        slots = self._slots
        if self._seed is not None:
            slots = [slots[place] for place in permutation(len(slots), self._seed, cycle)]
        return slots, list(accumulate(slot.length for slot in slots))


def length_of(item: Item, asset: Asset) -> int:
    """How long an item plays. A video whose length nobody measured plays as long as a still."""
    if item.duration_ms is not None and item.duration_ms > 0:
        return item.duration_ms * MILLISECOND
    if asset.type is ContentType.VIDEO and asset.duration_ms:
        return asset.duration_ms * MILLISECOND
    if asset.type is ContentType.PDF:
        return max(asset.pages or 1, 1) * DEFAULT_STILL_MS * MILLISECOND
    return DEFAULT_STILL_MS * MILLISECOND
