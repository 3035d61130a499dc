import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from edge.web.frames import age, pixels
from edge.web.kept import MOST, KeptPictures

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SIZE = (320, 180)
URL = "https://example.org/board"


def jpeg(level: int, size: tuple[int, int] = SIZE) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (level, level, level)).save(file, "JPEG")
    return file.getvalue()


def test_what_is_kept_is_found_again_with_its_time(tmp_path: Path) -> None:
    KeptPictures(tmp_path / "new").keep(URL, SIZE, jpeg(80), AT)
    found = KeptPictures(tmp_path / "new").find(URL, SIZE)

    assert found is not None
    assert found == (jpeg(80), AT)
    assert KeptPictures(tmp_path / "new").find(URL, (1, 1)) is None
    assert KeptPictures(tmp_path / "new").find(URL + "x", SIZE) is None


def test_only_so_many_are_kept_and_the_oldest_go(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path)
    for n in range(MOST + 3):
        kept.keep(f"{URL}/{n}", SIZE, b"x", AT + timedelta(minutes=n))

    assert len(list(tmp_path.iterdir())) == MOST
    assert kept.find(f"{URL}/0", SIZE) is None
    assert kept.find(f"{URL}/{MOST + 2}", SIZE) is not None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = KeptPictures(tmp_path / "file")
    kept.keep(URL, SIZE, jpeg(80), AT)

    assert kept.find(URL, SIZE) is None


@pytest.mark.parametrize(
    ("elapsed", "says"),
    [
        (timedelta(seconds=59), "not live"),
        (timedelta(seconds=-5), "not live"),
        (timedelta(minutes=1), "not live · 1 min old"),
        (timedelta(minutes=119), "not live · 1 h old"),
        (timedelta(days=3), "not live · 3 d old"),
    ],
)
def test_a_label_says_how_old_a_picture_is(elapsed: timedelta, says: str) -> None:
    assert age(elapsed) == says


def test_a_label_lies_in_the_corner_and_the_rest_is_the_picture() -> None:
    plain, labelled = pixels(jpeg(80), SIZE), pixels(jpeg(80), SIZE, "not live")
    row = SIZE[0] * 4

    assert len(plain) == len(labelled) == row * SIZE[1]
    assert plain[: row * 100] == labelled[: row * 100]
    assert plain != labelled
    assert plain[:4] == bytes((80, 80, 80, 255))


def test_a_picture_of_another_size_is_brought_to_the_size_that_is_wanted() -> None:
    assert len(pixels(jpeg(80, (640, 360)), SIZE)) == SIZE[0] * SIZE[1] * 4


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"no picture" * 99])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, OSError)):
        pixels(data, SIZE)
