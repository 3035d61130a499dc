"""Films nobody made for this player: each plays right, picture by picture, or is refused by name."""

import ctypes
import os
from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest

from edge.player.sound.films import Pcm
from edge.player.source import SourceState
from edge.player.sources.video import DecodedVideo, DecoderPool
from edge.player.stage.pictures import Planes
from edge.player.workers.deinterlacing import progressive
from tests.edge.player.sources.test_video import marker, until
from tests.fakes.marker_clips import HEIGHT, WIDTH, Marker
from tests.fakes.odd_clips import KINDS, Made, combed, odd_clip, sounding

CLIP = 5
PICTURES = 12
EVEN = [n / 20 for n in range(PICTURES)]
"""Seconds; whole milliseconds, because WebM knows no finer ones."""


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    made = DecoderPool()
    yield made
    made.close()


def opened(pool: DecoderPool, path: Path) -> DecodedVideo:
    source = DecodedVideo(pool)
    source.open(path, 0.0)
    return source


def seen(source: DecodedVideo, ticks: int) -> list[tuple[int, Marker | None]]:
    """(tick, what came then)."""
    found = []
    for tick in range(ticks):
        until(lambda t=tick / 60: source.reached(t))  # type: ignore[misc]
        picture = source.at(tick / 60)
        if picture is not None:
            found.append((tick, marker(picture)))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_comes_at_its_time(kind: str, pool: DecoderPool, tmp_path: Path) -> None:
    source = opened(pool, odd_clip(tmp_path / "film", CLIP, KINDS[kind], EVEN))
    came = seen(source, 3 * PICTURES)
    source.close()

    assert came == [(3 * n, (CLIP, n)) for n in range(PICTURES)], source.reason


def test_a_phones_uneven_pictures_come_when_each_is_due(pool: DecoderPool, tmp_path: Path) -> None:
    ticks = [0, 2, 3, 9, 10, 30, 31, 33, 60, 61]
    clip = odd_clip(tmp_path / "film", CLIP, KINDS["hevc"], [tick / 60 for tick in ticks])
    source = opened(pool, clip)
    came = seen(source, 70)
    source.close()

    assert came == [(tick, (CLIP, n)) for n, tick in enumerate(ticks)]


def combs(rows: list[bytes]) -> int:
    """How many neighbours in the middle of the picture differ from row to row."""
    return sum(abs(a - b) > 60 for upper, lower in pairwise(rows) for a, b in zip(upper, lower, strict=True))


def rows(picture: Planes) -> list[bytes]:
    return [ctypes.string_at(picture.y + y * picture.pitch, picture.width) for y in range(200, 232)]


def test_television_pictures_are_shown_without_combs_and_at_their_times(pool: DecoderPool, tmp_path: Path) -> None:
    film = combed(tmp_path / "tv.mp4", PICTURES)
    source = opened(pool, film)
    found, came = 0, []
    for tick in range(2 * PICTURES):
        until(lambda t=tick / 60: source.reached(t))  # type: ignore[misc]
        picture = source.at(tick / 60)
        if isinstance(picture, Planes):
            came.append(tick)
            found = max(found, combs(rows(picture)))
    source.close()
    with av.open(str(film)) as container:
        raw = [bytes(frame.planes[0]) for frame in container.decode(video=0)][4]
    line = len(raw) // HEIGHT
    untreated = combs([raw[y * line : y * line + WIDTH] for y in range(200, 232)])

    assert came == list(range(0, 2 * PICTURES, 2))
    assert untreated > 500
    assert found < untreated // 10


def test_pictures_that_are_whole_are_left_as_they_are(tmp_path: Path) -> None:
    with av.open(str(odd_clip(tmp_path / "film", CLIP, KINDS["hevc"], EVEN))) as container:
        frames = [(float(frame.time or 0), frame) for frame in container.decode(video=0)]

    assert list(progressive(iter(frames))) == frames


@pytest.mark.parametrize(("channels", "codec"), [("mono", "aac"), ("5.1", "aac"), ("5.1", "ac3"), ("mono", "libopus")])
def test_any_number_of_channels_is_heard_as_two(channels: str, codec: str, pool: DecoderPool, tmp_path: Path) -> None:
    silent = odd_clip(tmp_path / "silent", CLIP, KINDS["h264 full range"], EVEN)
    source = opened(pool, sounding(tmp_path / "film.mp4", silent, channels, codec))
    until(source.ready)
    sound = source.sound
    assert isinstance(sound, Pcm)
    assert sound.descriptor is not None
    heard = array("h")
    while len(heard) < 20_000:
        heard.frombytes(os.read(sound.descriptor, 4000))
    source.close()

    assert max(heard[10_000::2]) > 3000
    assert max(heard[10_001::2]) > 3000


def test_sound_without_pictures_is_no_film(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.sample_rate, frame.pts = 48_000, 0
        frame.planes[0].update(bytes(4096))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source = opened(pool, path)
    until(lambda: source.state() is SourceState.FAILED)

    assert source.reason == "there is no video in this file"


def test_a_film_whose_first_picture_is_late_begins_at_once(pool: DecoderPool, tmp_path: Path) -> None:
    """As AVI files with B-frames do: the item before must not be held any longer."""
    film = odd_clip(tmp_path / "film", CLIP, Made("libx264", ".avi", options={"preset": "ultrafast", "bf": "2"}), EVEN)
    with av.open(str(film)) as container:
        late = next(container.decode(video=0)).time
    source = opened(pool, film)
    came = seen(source, PICTURES)
    source.close()

    assert late
    assert came[0] == (0, (CLIP, 0))


BROKEN_OFF = ("h264 full range", "hevc", "vp9", "av1")


@pytest.mark.parametrize("kind", BROKEN_OFF)
def test_a_film_that_breaks_off_plays_as_far_as_it_goes_or_is_refused_by_name(
    kind: str, pool: DecoderPool, tmp_path: Path
) -> None:
    """Matroska and WebM can be read from their beginning; an MP4 whose index lay behind the break can't at all."""
    film = odd_clip(tmp_path / "film", CLIP, KINDS[kind], EVEN)
    film.write_bytes(film.read_bytes()[: film.stat().st_size * 2 // 3])
    source = opened(pool, film)
    pictures = []
    for tick in range(3 * PICTURES):
        until(lambda t=tick / 60: source.reached(t))  # type: ignore[misc]
        picture = source.at(tick / 60)
        if picture is not None:
            pictures.append(marker(picture))
    reason, state = source.reason, source.state()
    source.close()

    if film.suffix == ".mp4":
        assert (pictures, state, reason) == ([], SourceState.FAILED, "the file is damaged or is no video")
    else:
        assert pictures
        assert pictures == [(CLIP, n) for n in range(len(pictures))]
        assert len(pictures) < PICTURES
