"""Where things go on the glass. All in pixels of the window; pure."""

from typing import NamedTuple

from vizora.manifest.model import Fit


class Rect(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


class Placed(NamedTuple):
    """The part of the picture that is seen, and where it is seen."""

    source: Rect
    target: Rect


def zone_box(zone: Rect, canvas: tuple[int, int], window: tuple[int, int]) -> Rect:
    """A layout's zone in the window: the canvas is scaled as one piece and centred, and neighbours keep touching."""
    scale = min(window[0] / canvas[0], window[1] / canvas[1])
    left, top = (window[0] - canvas[0] * scale) / 2, (window[1] - canvas[1] * scale) / 2
    x, right = round(left + zone.x * scale), round(left + zone.right * scale)
    y, bottom = round(top + zone.y * scale), round(top + zone.bottom * scale)
    return Rect(x, y, max(1, right - x), max(1, bottom - y))


def place(width: int, height: int, box: Rect, fit: Fit) -> Placed:
    """A picture of `width` x `height` in `box`."""
    whole = Rect(0, 0, width, height)
    if fit is Fit.STRETCH:
        return Placed(whole, box)
    wide, high = box.width / width, box.height / height
    if fit is Fit.COVER:
        scale = max(wide, high)
        seen_w, seen_h = min(width, round(box.width / scale)), min(height, round(box.height / scale))
        seen = Rect((width - seen_w) // 2, (height - seen_h) // 2, max(1, seen_w), max(1, seen_h))
        return Placed(seen, box)
    scale = min(wide, high)
    shown_w, shown_h = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = box.x + (box.width - shown_w) // 2, box.y + (box.height - shown_h) // 2
    return Placed(whole, Rect(left, top, shown_w, shown_h))


def bars(box: Rect, target: Rect) -> tuple[Rect, ...]:
    """What of `box` the picture at `target`, which lies inside it, leaves uncovered."""
    candidates = (
        Rect(box.x, box.y, box.width, target.y - box.y),
        Rect(box.x, target.bottom, box.width, box.bottom - target.bottom),
        Rect(box.x, target.y, target.x - box.x, target.height),
        Rect(target.right, target.y, box.right - target.right, target.height),
    )
    return tuple(bar for bar in candidates if bar.width > 0 and bar.height > 0)
