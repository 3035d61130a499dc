import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.player.stage.geometry import Rect, bars, place, zone_box
from vizora.manifest.model import Fit

SIDE = st.integers(1, 5000)
BOX = st.builds(Rect, st.integers(0, 500), st.integers(0, 500), SIDE, SIDE)


@pytest.mark.parametrize(
    ("fit", "source", "target"),
    [
        (Fit.CONTAIN, Rect(0, 0, 400, 200), Rect(0, 50, 200, 100)),
        (Fit.COVER, Rect(100, 0, 200, 200), Rect(0, 0, 200, 200)),
        (Fit.STRETCH, Rect(0, 0, 400, 200), Rect(0, 0, 200, 200)),
    ],
)
def test_a_wide_picture_in_a_square_box(fit: Fit, source: Rect, target: Rect) -> None:
    assert place(400, 200, Rect(0, 0, 200, 200), fit) == (source, target)


@settings(max_examples=60)
@given(SIDE, SIDE, BOX, st.sampled_from(Fit))
def test_a_picture_and_its_bars_cover_the_box_exactly(width: int, height: int, box: Rect, fit: Fit) -> None:
    source, target = place(width, height, box, fit)
    pieces = [target, *bars(box, target)]

    assert sum(piece.width * piece.height for piece in pieces) == box.width * box.height
    assert all(box.x <= p.x and p.right <= box.right and box.y <= p.y and p.bottom <= box.bottom for p in pieces)
    assert (source.x >= 0, source.y >= 0) == (True, True)
    assert (source.right <= width, source.bottom <= height) == (True, True)


@settings(max_examples=60)
@given(st.integers(1, 1919), SIDE, SIDE)
def test_neighbouring_zones_touch_at_every_window_size(split: int, width: int, height: int) -> None:
    left = zone_box(Rect(0, 0, split, 1080), (1920, 1080), (width, height))
    right = zone_box(Rect(split, 0, 1920 - split, 1080), (1920, 1080), (width, height))

    assert left.right == right.x or left.width == 1
