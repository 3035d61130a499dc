import hashlib
import struct
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from cloud.content.media_type import MediaType
from cloud.content.privacy import mp4
from cloud.content.privacy.boxes import boxes
from cloud.content.privacy.edits import Strange
from cloud.content.privacy.mp4_samples import chunks
from tests.cloud.content import media
from tests.cloud.content.media import mp4_box, phones_film
from tests.cloud.content.privacy.cleaning import cleaned_as
from tests.cloud.content.privacy.films import SECRET, camera, seen_and_heard, tells_nothing_and_shows_all
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


cleaned = partial(cleaned_as, kind=MediaType.MP4)


@pytest.mark.parametrize("name", TELLING)
def test_what_a_film_tells_goes_and_every_picture_stays(name: str) -> None:
    box, within, words = TELLING[name]
    film = phones_film(box, within=within)
    assert words in film

    kept = cleaned(film)

    assert kept is not None
    assert len(kept) == len(film)
    assert words not in kept
    assert seen_and_heard(kept) == seen_and_heard(film)
    assert cleaned(kept) is None


def test_a_phones_own_film_no_longer_says_where() -> None:
    film = PHONES.read_bytes()

    kept = cleaned(film)

    assert kept is not None
    assert (b"\xa9xyz" in film, b"\xa9xyz" in kept) == (True, False)
    assert seen_and_heard(kept) == seen_and_heard(film)


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


WAYS: tuple[dict[str, str], ...] = (
    {},
    {"movflags": "faststart"},
    {"movflags": "frag_keyframe+empty_moov"},
    {"movflags": "frag_keyframe+empty_moov+default_base_moof"},
    {"movflags": "frag_keyframe+separate_moof"},
    {"movflags": "frag_keyframe+omit_tfhd_offset"},
    {"movflags": "frag_keyframe"},
    {"movflags": "frag_every_frame+empty_moov"},
    {"movflags": "dash+cmaf"},
)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_track_that_a_camera_fills_goes_with_all_its_samples(way: dict[str, str]) -> None:
    film = camera("mp4", **way)
    assert film.count(SECRET) > 30

    tells_nothing_and_shows_all(cleaned, film)


@pytest.mark.parametrize("handler", [b"meta", b"mebx", b"camm", b"text", b"sbtl", b"tmcd"])
def test_whatever_a_track_calls_itself_it_goes_unless_it_is_picture_or_sound(handler: bytes) -> None:
    film = camera("mp4")
    at = film.rindex(b"meta", 0, film.index(b"gpmd"))

    kept = cleaned(film[:at] + handler + film[at + 4 :])

    assert kept is not None
    assert SECRET not in kept


def test_bytes_that_belong_to_nothing_shown_go() -> None:
    """Between its pictures, as some dashboard cameras do."""
    film = bytearray(media.video(sound=True))
    at = film.index(b"mdat") - 4
    size = int.from_bytes(film[at : at + 4], "big")
    assert film.index(b"moov") > at
    film[at : at + 4] = (size + 32).to_bytes(4, "big")
    film[at + size : at + size] = b"freeGPS +52.5200".ljust(32, b"x")

    kept = cleaned(bytes(film))

    assert kept is not None
    assert b"freeGPS" not in kept
    assert seen_and_heard(kept) == seen_and_heard(bytes(film))


@pytest.mark.parametrize("twin", [False, True])
def test_a_film_in_which_what_goes_is_also_shown_is_strange(twin: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pictures lie in a box that tells something. The broken twin would spoil them."""
    hidden = media.video().replace(b"mdat", b"inst")
    if twin:
        monkeypatch.setattr(mp4, "_checked", lambda edits, _: edits)

    try:
        spoilt = cleaned(hidden) is not None
    except Strange:
        spoilt = False

    assert spoilt is twin


@pytest.mark.parametrize("left", ["_other", "zeros_but"])
def test_a_twin_that_leaves_something_where_it_is_still_tells(left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes, or the samples of a track that is gone."""
    monkeypatch.setattr(mp4, left, lambda *_: ())
    monkeypatch.setattr(mp4, "_checked", lambda edits, _: edits)

    kept = cleaned(camera("mp4"))

    assert kept is not None
    assert (SECRET if left == "zeros_but" else b"52.52") in kept


@pytest.mark.parametrize(("bits", "kind"), [(8, "B"), (16, "H")])
def test_sizes_of_samples_may_be_written_compactly(bits: int, kind: str) -> None:
    sizes = (200, 7, 90)
    table = mp4_box(b"stsz", struct.pack(">III3I", 0, 0, 3, *sizes)) + mp4_box(
        b"stco", struct.pack(">IIII", 0, 2, 50, 900)
    )
    table += mp4_box(b"stsc", struct.pack(">II6I", 0, 2, 1, 2, 1, 2, 1, 1))
    compact = mp4_box(b"stz2", struct.pack(f">III3{kind}", 0, bits, 3, *sizes)) + table[table.index(b"stco") - 4 :]

    for data in (table, compact):
        view = memoryview(data)
        found = {box.kind: box for box in boxes(view, 0, len(data), iter(range(9)))}
        assert list(chunks(view, found)) == [(50, 257), (900, 990)]


def test_a_film_whose_tracks_are_not_seen_is_left_alone() -> None:
    film = media.video()
    with pytest.raises(Strange):
        cleaned(film.replace(b"moov", b"moox"))
    with pytest.raises(Strange):
        cleaned(film.replace(b"trak", b"cmov"))


def test_the_names_of_programs_stay_and_those_of_cameras_go() -> None:
    film = media.video()
    at = film.index(b"VideoHandler")
    gopro = film[:at] + b"GoPro AVC   " + film[at + 12 :]

    kept = cleaned(gopro)

    assert cleaned(film) is None
    assert kept == film[:at] + bytes(12) + film[at + 12 :]


def test_a_structure_that_can_not_be_followed_is_said_to_be_strange() -> None:
    film = phones_film(mp4_box(b"udta", PLACE))

    for length in range(9, len(film) - 1, 97):
        with suppress(Strange):  # unless it ends between two boxes
            assert cleaned(film[:length]) is None
    for strange in (mp4_box(b"moof", mp4_box(b"traf", b"")), b"".join([(1 << 30).to_bytes(4, "big") + b"moov"] * 5000)):
        with pytest.raises(Strange):
            cleaned(film + strange)


@pytest.mark.parametrize("most", [1_000, 10_000])
def test_a_film_of_very_many_boxes_is_not_followed(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin follows them all."""
    monkeypatch.setattr(mp4, "MOST", most)
    many = phones_film(mp4_box(b"udta", PLACE)) + mp4_box(b"free", b"") * 2_000

    try:
        followed = cleaned(many) is not None
    except Strange:
        followed = False

    assert followed is (most == 10_000)
