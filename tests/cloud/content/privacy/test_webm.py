import hashlib
from functools import partial

import pytest

from cloud.content.media_type import MediaType
from cloud.content.privacy import webm
from cloud.content.privacy.edits import Strange
from tests.cloud.content import media
from tests.cloud.content.privacy.cleaning import cleaned_as
from tests.cloud.content.privacy.films import SECRET, camera, seen_and_heard, tells_nothing_and_shows_all
from tests.cloud.content.studio import Studio

WAYS: tuple[dict[str, str], ...] = ({}, {"live": "1"}, {"cluster_time_limit": "200"}, {"cues_to_front": "1"})


cleaned = partial(cleaned_as, kind=MediaType.WEBM)


def element(id_: str, data: bytes) -> bytes:
    return bytes.fromhex(id_) + (len(data) | 1 << 56).to_bytes(8, "big") + data


def film_with(part: bytes) -> bytes:
    """A film with one part more at the end of its segment."""
    film = bytearray(media.video("webm", "libvpx"))
    at = film.index(b"\x18\x53\x80\x67") + 4
    size = int.from_bytes(film[at : at + 8], "big") + len(part)
    film[at : at + 8] = size.to_bytes(8, "big")
    return bytes(film + part)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_what_a_film_tells_goes_and_every_packet_of_pictures_and_sound_stays(way: dict[str, str]) -> None:
    film = camera("webm", **way)
    assert film.count(SECRET) > 30

    tells_nothing_and_shows_all(cleaned, film)


PARTS = {
    "an attachment": element("1941a469", element("61a7", element("466e", b"Sam.ttf"))),
    "chapters": element("1043a770", element("45b9", b"Sam")),
    "a tag": element(
        "1254c367", element("7373", element("67c8", element("45a3", b"ARTIST") + element("4487", b"Sam")))
    ),
    "a tag in a tag": element("1254c367", element("7373", element("67c8", element("67c8", element("45a3", b"SAM"))))),
    "a part nobody knows": element("4abc", b"Sam"),
    "something that was taken out before": element("ec", b"Sam was here"),
    "a name of a file": element("1549a966", element("bf", b"abcd") + element("7384", b"/home/Sam/holidays.mkv")),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_tells_something_becomes_a_void(name: str) -> None:
    film = film_with(PARTS[name])

    kept = cleaned(film)

    assert kept is not None
    assert (len(kept), b"Sam" in kept, b"SAM" in kept) == (len(film), False, False)
    assert seen_and_heard(kept) == seen_and_heard(film)
    assert cleaned(kept) is None


def test_what_hangs_behind_it_goes_but_another_film_is_not_thrown_away() -> None:
    film = media.video("webm", "libvpx")

    assert cleaned(film + b"serial 4711") == film + bytes(11)
    with pytest.raises(Strange):
        cleaned(film + film)


@pytest.mark.parametrize("coder", ["libvpx", "libvpx-vp9"])
def test_a_film_that_tells_nothing_stays_as_it_is(coder: str) -> None:
    assert cleaned(media.video("webm", coder, sound=True)) is None


def test_without_its_list_of_tags_an_author_would_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(webm, "_tags_tell_nothing", lambda *_: True)

    assert cleaned(film_with(PARTS["a tag"])) is None


def test_without_looking_into_clusters_captions_would_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(webm, "_cluster", lambda _, cluster: cluster.end)

    kept = cleaned(camera("webm"))

    assert kept is not None
    assert SECRET in kept


def test_a_structure_that_can_not_be_followed_is_said_to_be_strange() -> None:
    film = camera("webm")

    for length in range(9, len(film) - 1, 997):
        with pytest.raises(Strange):
            cleaned(film[:length])


@pytest.mark.parametrize("most", [1_000, 10_000])
def test_a_film_of_very_many_parts_is_not_followed(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin follows them all."""
    monkeypatch.setattr("cloud.content.privacy.ebml.MOST", most)
    live = camera("webm", live="1")
    many = live + b"\xe7\x81\x00" * 2_000

    try:
        followed = cleaned(many) is not None
    except Strange:
        followed = False

    assert followed is (most == 10_000)


def test_the_cloud_keeps_a_film_without_what_it_tells(studio: Studio) -> None:
    film = camera("webm")

    shown = studio.ready(film)

    kept = studio.person.get(shown["fileUrl"]).content
    assert (shown["uploadStatus"], len(kept), SECRET in kept) == ("ready", len(film), False)
    assert shown["sha256"] == hashlib.sha256(kept).hexdigest()
