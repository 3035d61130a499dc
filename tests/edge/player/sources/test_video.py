"""The contract of every video backend; a second one joins BACKENDS and must pass the same."""

import ctypes
import math
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import av
import pytest
from PIL import Image

from edge.player.source import SourceState, VideoSource
from edge.player.sources.backends import VLC_MODULE
from edge.player.sources.video import DecodedVideo, Decoder, DecoderPool
from edge.player.stage.pictures import Picture, Planes
from tests.fakes import marker_clips

DEADLINE = 30.0


class Opening(Protocol):
    def __call__(self, path: Path, start: float, *, loop: bool = False) -> VideoSource: ...


BACKENDS = {"pyav": "edge.player.workers.decoder", "vlc": VLC_MODULE}


ABOUT = {"pyav": 0, "vlc": 4}
"""Pictures by which a backend may be off: libVLC starts in the middle as it likes, and loses pictures at the beginning
when it comes late to the first ones, which a busy machine sees to."""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opening(backend: str) -> Iterator[Opening]:
    pool = DecoderPool(lambda: Decoder(BACKENDS[backend]))
    opened: list[VideoSource] = []

    def open_(path: Path, start: float, *, loop: bool = False) -> VideoSource:
        source = DecodedVideo(pool)
        source.open(path, start, loop=loop)
        opened.append(source)
        return source

    yield open_
    for source in opened:
        source.close()
    pool.close()


@pytest.fixture
def clip(tmp_path: Path, clips: dict[int, bytes]) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clips[2])
    return path


def until(fact: Callable[[], bool]) -> None:
    give_up = time.monotonic() + DEADLINE
    while not fact():
        assert time.monotonic() < give_up
        select.select([], [], [], 0.002)


def marker(picture: Picture | None) -> marker_clips.Marker | None:
    assert isinstance(picture, Planes)
    return marker_clips.read(lambda x, y: ctypes.string_at(picture.y + y * picture.pitch + x, 1)[0])


def pictures(source: VideoSource) -> list[marker_clips.Marker | None]:
    seen = []
    for tick in range(60):
        until(lambda t=tick / 60: source.reached(t))  # type: ignore[misc]
        picture = source.at(tick / 60)
        seen.append(None if picture is None else marker(picture))
    return seen


def test_pictures_come_at_their_time_and_in_order(backend: str, opening: Opening, clip: Path) -> None:
    seen = pictures(opening(clip, 0.0))

    came = [(one[1], tick // 2) for tick, one in enumerate(seen) if one is not None]
    assert all(abs(number - due) <= ABOUT[backend] for number, due in came)
    assert [number for number, _ in came] == sorted({number for number, _ in came})


@pytest.mark.parametrize("backend", ["pyav"], indirect=True)
def test_every_picture_comes_once(opening: Opening, clip: Path) -> None:
    seen = pictures(opening(clip, 0.0))

    assert seen == [(2, tick // 2) if tick % 2 == 0 else None for tick in range(60)]


@pytest.mark.parametrize(("start", "first"), [(0.0, 0), (0.5, 15), (0.51, 15), (0.99, 29), (7.0, 29)])
def test_it_joins_where_it_is_told_to(start: float, first: int, backend: str, opening: Opening, clip: Path) -> None:
    source = opening(clip, start)
    until(lambda: source.reached(start))
    seen = marker(source.at(start))

    assert seen is not None
    assert abs(seen[1] - first) <= ABOUT[backend]


def test_a_jump_ahead_is_caught_up_with(backend: str, opening: Opening, clip: Path) -> None:
    source = opening(clip, 0.0)
    until(source.ready)
    source.at(0.0)
    until(lambda: source.reached(0.8))

    seen = marker(source.at(0.8))
    assert seen is not None
    assert abs(seen[1] - 24) <= ABOUT[backend]


def test_no_film_ends_without_its_last_picture(opening: Opening, clip: Path) -> None:
    """Which libVLC, left to itself, often keeps back: six films in a row are enough to see it."""
    ends = []
    for _ in range(6):
        source = opening(clip, 0.0)
        came: list[marker_clips.Marker | None] = []

        def ended(source: VideoSource = source, came: list[marker_clips.Marker | None] = came) -> bool:
            over = source.state() is SourceState.ENDED
            picture = source.at(math.inf)
            came += [] if picture is None else [marker(picture)]
            return over

        until(ended)
        ends.append(came[-1])
        source.close()

    assert ends == [(2, 29)] * 6


def test_the_last_picture_is_the_end_and_stays_valid(backend: str, opening: Opening, clip: Path) -> None:
    source = opening(clip, 0.9)
    until(lambda: source.reached(1.5))
    last = source.at(1.5)
    until(lambda: source.state() is SourceState.ENDED)

    seen = marker(last)
    assert seen is not None
    assert 29 - ABOUT[backend] <= seen[1] <= 29
    assert source.at(9.0) is None
    assert not source.moving()


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "damaged"), (b"not a film" * 99, "damaged"), (None, "No such file")],
)
def test_what_is_no_film_fails_with_a_reason(
    content: bytes | None, says: str, opening: Opening, tmp_path: Path
) -> None:
    path = tmp_path / "bad.mp4"
    if content is not None:
        path.write_bytes(content)
    source = opening(path, 0.0)
    until(lambda: source.state() is SourceState.FAILED)

    assert says in source.reason
    assert not source.ready()
    assert source.at(0.0) is None
    assert source.reached(0.0)


def animation(path: Path, pictures: int) -> Path:
    """Dark and light in turn, half a second each."""
    frames = [Image.new("L", (64, 64), 30 if n % 2 == 0 else 220) for n in range(pictures)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=500, loop=0)
    return path


def brightness(picture: Picture | None) -> int | None:
    assert picture is None or isinstance(picture, Planes)
    return None if picture is None else ctypes.string_at(picture.y, 1)[0]


@pytest.mark.parametrize("backend", ["pyav"], indirect=True)
@pytest.mark.parametrize("kind", ["gif", "webp"])
@pytest.mark.parametrize("start", [0.0, 1.5])
def test_an_animation_goes_round(start: float, kind: str, opening: Opening, tmp_path: Path) -> None:
    source = opening(animation(tmp_path / f"a.{kind}", 2), start, loop=True)
    seen = []
    for half in range(8):
        t = start + half * 0.5
        until(lambda: source.reached(t))  # noqa: B023
        seen.append(brightness(source.at(t)))

    dark = [level is not None and level < 100 for level in seen]
    assert dark == [(half + int(start * 2)) % 2 == 0 for half in range(8)]


@pytest.mark.parametrize("backend", ["pyav"], indirect=True)
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_of_one_picture_stands_still(kind: str, opening: Opening, tmp_path: Path) -> None:
    source = opening(animation(tmp_path / f"a.{kind}", 1), 3.0, loop=True)
    until(lambda: source.state() is SourceState.ENDED)

    assert brightness(source.at(3.0)) is not None


def test_a_playlist_is_no_film_and_what_it_names_is_not_opened(opening: Opening, clip: Path) -> None:
    for text in (f"#EXTM3U\n#EXTINF:1,\nfile://{clip}\n", f"ffconcat version 1.0\nfile {clip.name}\n"):
        path = clip.with_name("playlist")
        path.write_text(text)
        source = opening(path, 0.0)
        until(lambda: source.state() is SourceState.FAILED or source.ready())  # noqa: B023

        assert source.state() is SourceState.FAILED


def test_without_its_list_of_formats_a_decoder_would_follow_a_playlist(clip: Path) -> None:
    path = clip.with_name("playlist")
    path.write_text(f"ffconcat version 1.0\nfile {clip.name}\n")

    with av.open(str(path)) as container:
        assert container.format.name == "concat"


def test_what_a_camera_says_of_its_turn_comes_along(opening: Opening, clip: Path) -> None:
    clip.write_bytes(marker_clips.turned(clip.read_bytes()))
    source = opening(clip, 0.0)
    until(source.ready)
    picture = source.at(0.0)

    assert isinstance(picture, Planes)
    stored, upright = (marker_clips.WIDTH, marker_clips.HEIGHT), (marker_clips.HEIGHT, marker_clips.WIDTH)
    assert (picture.width, picture.height, picture.rotation) in ((*stored, 90), (*upright, 0))


def test_damaged_packets_cost_pictures_and_not_the_item(
    opening: Opening, tmp_path: Path, clips: dict[int, bytes]
) -> None:
    data = bytearray(clips[8])
    for place in range(len(data) // 2, len(data) // 2 + 400):
        data[place] = place * 31 % 256
    path = tmp_path / "scratched.mp4"
    path.write_bytes(data)
    source = opening(path, 0.0)
    until(source.ready)
    count = 0
    for tick in range(60 * 4):
        until(lambda t=tick / 60: source.reached(t))  # type: ignore[misc]
        count += source.at(tick / 60) is not None

    assert source.state() is not SourceState.FAILED
    assert count > 60


def test_closing_twice_is_closing_once(opening: Opening, clip: Path) -> None:
    source = opening(clip, 0.0)
    until(source.ready)
    source.close()
    source.close()

    assert source.at(0.0) is None


def test_a_killed_decoder_is_a_failure(clip: Path) -> None:
    pool = DecoderPool()
    source = DecodedVideo(pool)
    source.open(clip, 0.0)
    until(source.ready)
    assert source.pid is not None
    os.kill(source.pid, signal.SIGKILL)
    until(lambda: source.state() is SourceState.FAILED)
    pool.close()

    assert "signal 9" in source.reason


def test_a_dead_standby_is_replaced(clip: Path) -> None:
    pool = DecoderPool()
    assert pool.standby_pid is not None
    os.kill(pool.standby_pid, signal.SIGKILL)
    source = DecodedVideo(pool)
    source.open(clip, 0.0)
    until(lambda: source.ready() or source.state() is SourceState.FAILED)
    again = DecodedVideo(pool)
    again.open(clip, 0.0)
    until(again.ready)
    for one in (source, again):
        one.close()
    pool.close()


def test_nothing_is_left_open_after_many_items(clip: Path) -> None:
    pool = DecoderPool()
    counts = []
    for _ in range(6):
        source = DecodedVideo(pool)
        source.open(clip, 0.0)
        until(source.ready)
        source.close()
        counts.append(len(list(Path("/proc/self/fd").iterdir())))
    pool.close()

    assert counts[-1] == counts[0]
