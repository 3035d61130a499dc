import io
from contextlib import suppress

import pytest
from PIL import Image, ImageOps

from cloud.content.media_type import MediaType
from cloud.content.privacy.edits import Strange
from tests.cloud.content import media
from tests.cloud.content.privacy.cleaning import cleaned_as as cleaned

PICTURES = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG", MediaType.WEBP: "WEBP"}


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_camera_and_place_go_and_every_pixel_and_the_way_up_stay(kind: MediaType, orientation: int) -> None:
    taken = media.photo(orientation=orientation, format_=PICTURES[kind])
    assert b"Spycam" in taken

    kept = cleaned(taken, kind)

    assert kept is not None
    before, after = Image.open(io.BytesIO(taken)), Image.open(io.BytesIO(kept))
    assert ImageOps.exif_transpose(before).tobytes() == ImageOps.exif_transpose(after).tobytes()
    assert set(after.getexif()) <= {0x0112}
    assert b"Spycam" not in kept


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_with_nothing_private_stays_as_it_is(kind: MediaType) -> None:
    assert cleaned(media.still(PICTURES[kind]), kind) is None


@pytest.mark.parametrize("kind", PICTURES)
def test_cleaning_a_clean_picture_again_changes_nothing(kind: MediaType) -> None:
    once = cleaned(media.photo(orientation=6, format_=PICTURES[kind]), kind)

    assert once is not None
    assert cleaned(once, kind) is None


@pytest.mark.parametrize("kind", PICTURES)
def test_what_hangs_behind_a_picture_goes(kind: MediaType) -> None:
    whole = media.still(PICTURES[kind])

    assert cleaned(whole + b"the rest of a cropped screenshot", kind) == whole


def test_a_progressive_jpeg_is_followed_through_all_its_scans() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Spycam Inc."
    media.picture((320, 200)).save(out, "JPEG", progressive=True, exif=exif)

    kept = cleaned(out.getvalue(), MediaType.JPEG)

    assert kept is not None
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(out).tobytes()


def test_colours_keep_their_profile() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Spycam Inc."
    media.picture().save(out, "JPEG", icc_profile=b"a colour profile", exif=exif)

    kept = cleaned(out.getvalue(), MediaType.JPEG)

    assert kept is not None
    assert Image.open(io.BytesIO(kept)).info["icc_profile"] == b"a colour profile"


@pytest.mark.parametrize("kind", PICTURES)
def test_a_structure_that_can_not_be_followed_is_said_to_be_strange(kind: MediaType) -> None:
    taken = media.photo(format_=PICTURES[kind])

    for length in range(12, len(taken) - 1, 97):
        with pytest.raises(Strange):
            cleaned(taken[:length], kind)
    for at in range(0, 200):
        with suppress(Strange):
            cleaned(taken[:at] + b"\xff" + taken[at + 1 :], kind)


@pytest.mark.parametrize("most", [1000, 5000])
def test_a_picture_of_very_many_parts_is_not_followed(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part costs memory. The broken twin follows them all."""
    monkeypatch.setattr("cloud.content.privacy.pictures.MOST", most)
    whole = media.still("PNG")
    picture = whole[:33] + media.png_chunk(b"tEXt", b"Author\0Sam") + media.png_chunk(b"prVt", b"") * 2000 + whole[33:]

    try:
        followed = cleaned(picture, MediaType.PNG) is not None
    except Strange:
        followed = False

    assert followed is (most == 5000)
