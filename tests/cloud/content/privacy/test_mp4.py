import hashlib
from pathlib import Path

import av
import pytest

from cloud.content.media_type import MediaType
from cloud.content.privacy import mp4
from cloud.content.privacy.cleaning import without_private_data
from tests.cloud.content import media
from tests.cloud.content.media import mp4_box, phones_film
from tests.cloud.content.studio import Studio

PHONES = Path("/usr/share/forensics-samples/original-files/movie1/VID_20191220_170832.mp4")
"""Filmed by a phone (Debian's forensics-samples-files); it says where."""
PLACE = mp4_box(b"\xa9xyz", b"\x00\x12\x15\xc7+52.5200+013.4050/")
TELLING = {
    "a place": (mp4_box(b"udta", PLACE), b"moov", b"+52.5200"),
    "a place of one track": (mp4_box(b"udta", PLACE), b"trak", b"+52.5200"),
    "a camera": (mp4_box(b"meta", b"com.apple.quicktime.model Spycam"), b"moov", b"Spycam"),
    "a person": (mp4_box(b"meta", b"\0\0\0\0\xa9ARTSam Smith"), b"", b"Sam Smith"),
    "Adobe's": (mp4_box(b"uuid", bytes(16) + b"<x:xmpmeta>Sam Smith"), b"", b"Sam Smith"),
    "a maker's own": (mp4_box(b"udta", mp4_box(b"CAME", b"serial 4711")), b"moov", b"serial 4711"),
    "what a maker hangs behind": (mp4_box(b"inst", b"serial 4711"), b"", b"serial 4711"),
    "what is said to be free": (mp4_box(b"free", b"freeGPS +52.5200"), b"moov", b"+52.5200"),
}


def cleaned(film: bytes) -> bytes | None:
    pieces = without_private_data(memoryview(film), MediaType.MP4)
    return None if pieces is None else b"".join(pieces)


def seen_and_heard(film: bytes, folder: Path) -> list[str]:
    """Every packet with its time, and what turns the pictures."""
    path = folder / "film.mp4"
    path.write_bytes(film)
    with av.open(str(path)) as opened:
        streams = [f"{stream.type} {stream.time_base} {stream.duration}" for stream in opened.streams]
        turned = [str(frame.rotation) for frame in opened.decode(video=0) if frame.pts == 0]
        opened.seek(0)
        packets = [f"{one.stream.index} {one.pts} {hashlib.sha256(one).hexdigest()}" for one in opened.demux()]
    return streams + turned + packets


@pytest.mark.parametrize("name", TELLING)
def test_what_a_film_tells_goes_and_every_picture_stays(name: str, tmp_path: Path) -> None:
    box, within, words = TELLING[name]
    film = phones_film(box, within=within)
    assert words in film

    kept = cleaned(film)

    assert kept is not None
    assert len(kept) == len(film)
    assert words not in kept
    assert seen_and_heard(kept, tmp_path) == seen_and_heard(film, tmp_path)
    assert cleaned(kept) is None


def test_a_phones_own_film_no_longer_says_where(tmp_path: Path) -> None:
    film = PHONES.read_bytes()

    kept = cleaned(film)

    assert kept is not None
    assert (b"\xa9xyz" in film, b"\xa9xyz" in kept) == (True, False)
    assert seen_and_heard(kept, tmp_path) == seen_and_heard(film, tmp_path)


def test_the_cloud_keeps_a_film_without_its_place(studio: Studio) -> None:
    film = phones_film(mp4_box(b"udta", PLACE))

    shown = studio.ready(film)

    kept = studio.person.get(shown["fileUrl"]).content
    assert (len(kept), b"+52.5200" in kept) == (len(film), False)
    assert shown["originalSha256"] == hashlib.sha256(film).hexdigest()
    assert shown["sha256"] == hashlib.sha256(kept).hexdigest()


def test_a_film_that_tells_nothing_stays_as_it_is() -> None:
    assert cleaned(media.video()) is None
    assert cleaned(phones_film(mp4_box(b"udta", mp4_box(b"ludt", b"loud")))) is None
    assert cleaned(phones_film(mp4_box(b"uuid", mp4.UUIDS[0] + b"a sphere"), within=b"trak")) is None
