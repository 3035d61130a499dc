"""The welcome loop is whole, small, and made of what every player plays."""

import av
import pytest
from PIL import Image

from edge.welcome import MARK, PLACE, WelcomeItem, welcome_loop
from vizora.manifest.model import TransitionKind

LOOP = welcome_loop()
FILMS = [item for item in LOOP.items if item.file.endswith(".mp4")]
STILLS = [item for item in LOOP.items if not item.file.endswith(".mp4")]


def test_the_loop_has_stills_and_films_in_an_order_and_every_file_is_there() -> None:
    assert len(STILLS) >= 4
    assert len(FILMS) == 2
    assert LOOP.items[0].title == "Hello, this screen is awake"
    assert all(item.path().is_file() for item in LOOP.items)


def test_the_whole_loop_weighs_less_than_two_and_a_half_megabytes() -> None:
    assert sum(file.stat().st_size for file in PLACE.iterdir() if file.suffix != ".py" and file.is_file()) < 2_500_000


@pytest.mark.parametrize("item", STILLS, ids=lambda item: item.file)
def test_a_still_fills_a_full_hd_screen_and_says_how_long_it_stays(item: WelcomeItem) -> None:
    with Image.open(item.path()) as picture:
        assert picture.size == (1920, 1080)
    assert item.duration_ms is not None
    assert 5_000 <= item.duration_ms <= 10_000


@pytest.mark.parametrize("item", FILMS, ids=lambda item: item.file)
def test_a_film_is_short_silent_h264_that_any_player_plays(item: WelcomeItem) -> None:
    with av.open(str(item.path())) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert (stream.codec_context.width, stream.codec_context.height) == (1280, 720)
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.average_rate == 30
        assert 5 <= (stream.duration or 0) * (stream.time_base or 0) <= 8
    assert item.duration_ms is None


def test_a_film_can_start_before_it_is_wholly_read() -> None:
    for item in FILMS:
        head = item.path().read_bytes()[:4096]

        assert b"moov" in head


def test_the_mark_is_a_square_on_nothing() -> None:
    with Image.open(MARK) as mark:
        assert mark.size == (512, 512)
        assert mark.mode == "RGBA"
        assert mark.getpixel((2, 2))[3] == 0  # type: ignore[index]


def test_items_come_in_with_the_manifests_own_transitions() -> None:
    assert {item.transition.kind for item in LOOP.items} <= set(TransitionKind)
