"""Files that others made, with their phones, cameras and office programs: Debian's package forensics-samples-files.

Each is played whole or refused by name. What cameras do that none of these does is in `test_odd_files`.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import Image

from edge.player.source import SourceState
from edge.player.sources.stills import Still, StillWorker
from edge.player.sources.video import DecodedVideo, DecoderPool
from edge.player.stage.pictures import Pixels, Planes
from tests.edge.player.sources.test_stills import finish
from tests.edge.player.sources.test_video import until

FILES = Path("/usr/share/forensics-samples/original-files")
PHONE = FILES / "movie1/VID_20191220_170832.mp4"
SECONDS = 1.5
"""Of a film that are watched."""
BOX = (640, 360)
PHOTOS = (
    "pic1/IMG_1054.JPG",
    "pic1/IMG_20200827_231612.jpg",
    "pic2/IMG_20191224_234846.jpg",
    "pic1/IMG-20191006-WA0002.jpg",
)


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    made = DecoderPool()
    yield made
    made.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[StillWorker]:
    made = StillWorker()
    yield made
    made.close()


def times_in(path: Path) -> list[float]:
    """When each picture of the first seconds is due, as another program reads the file; the first one at once."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        zero = float((stream.start_time or 0) * (stream.time_base or 0))
        times = [float(frame.time or 0) - zero for frame in container.decode(stream)]
    return [0.0, *(time for time in times[1:] if time < SECONDS)]


def came(pool: DecoderPool, path: Path) -> list[float]:
    """When the pictures came, to a 240th of a second."""
    source = DecodedVideo(pool)
    source.open(path, 0.0)
    found = []
    for tick in range(round(SECONDS * 240)):
        until(lambda t=tick / 240: source.reached(t))  # type: ignore[misc]
        if isinstance(source.at(tick / 240), Planes):
            found.append(tick / 240)
    source.close()
    return found


@pytest.mark.parametrize("name", ["movie1/VID_20191220_170832.mp4", "movie2/movie-hello.mp4", "movie2/movie-hello.avi"])
def test_every_picture_of_a_film_comes_when_its_file_says(name: str, pool: DecoderPool) -> None:
    due = times_in(FILES / name)
    seen = came(pool, FILES / name)

    assert len(seen) == len(due)
    assert all(-2e-4 < at - time < 1 / 240 + 1e-3 for at, time in zip(seen, due, strict=True))


def test_the_phones_film_is_one_of_uneven_pictures() -> None:
    steps = [later - earlier for earlier, later in pairwise(times_in(PHONE))]

    assert max(steps) > 2 * min(steps)


@pytest.mark.parametrize("name", ["movie2/movie-hello.mpeg", "movie2/movie-hello.ogg", "audio1/debian.ogg"])
def test_a_kind_of_film_that_is_not_played_is_refused_with_those_that_are(name: str, pool: DecoderPool) -> None:
    source = DecodedVideo(pool)
    source.open(FILES / name, 0.0)
    until(lambda: source.state() is SourceState.FAILED)

    assert source.reason.startswith("this kind of file is not played; MP4, MOV")


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_stands_upright_in_its_box(name: str, worker: StillWorker) -> None:
    wanted = worker.want(Still("image", *BOX, "#ff0000", path=FILES / name))
    finish(worker, wanted)
    with Image.open(FILES / name) as photo:
        turned = photo.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        width, height = (photo.height, photo.width) if turned else photo.size

    assert isinstance(wanted.pixels, Pixels), wanted.reason
    picture = Image.frombytes("RGBA", BOX, bytes(wanted.pixels.data), "raw", "BGRA").convert("RGB")
    covered = sum(picture.getpixel((x, BOX[1] // 2)) != (255, 0, 0) for x in range(BOX[0])) / BOX[0]
    wanted.drop()
    assert covered == pytest.approx(min(1.0, width / height * BOX[1] / BOX[0]), abs=0.01)


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        ("pdf", "text1/a-text-pass-peanuts.pdf", "password"),
        ("pdf", "text1/a-text.odt", "Failed to load"),
        ("image", "text1/a-text.pdf", "damaged or is no image"),
        ("image", "pic1/debian.xcf", "damaged or is no image"),
        ("image", "movie2/movie-hello.mp4", "damaged or is no image"),
    ],
)
def test_what_is_no_picture_is_refused_and_the_next_one_drawn(
    kind: str, name: str, says: str, worker: StillWorker
) -> None:
    refused = worker.want(Still(kind, *BOX, "#000000", path=FILES / name))
    following = worker.want(Still("pdf", *BOX, "#000000", path=FILES / "text1/a-text.pdf"))
    finish(worker, following)

    assert says in refused.reason
    assert following.pixels is not None
    following.drop()
