import io
from functools import partial

import pytest
from PIL import Image

from cloud.content.media_type import MediaType
from cloud.content.privacy.edits import Strange
from tests.cloud.content import media
from tests.cloud.content.privacy.cleaning import cleaned_as

cleaned = partial(cleaned_as, kind=MediaType.GIF)


def frames(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as image:
        shown = []
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            shown.append(image.convert("RGBA").tobytes() + str(image.info.get("duration")).encode())
        return shown


def with_block(block: bytes) -> bytes:
    whole = media.animation("GIF")
    return whole[:-1] + block + b";"


@pytest.mark.parametrize(
    "block",
    [
        b"\x21\xfe\x0bSam Smith x\x00",
        b"\x21\xff\x0bXMP DataXMP\x09Sam Smith\x00",
        b"\x21\xff\x0bSam's maker\x03abc\x00",
    ],
)
def test_what_it_does_not_show_goes_and_every_frame_stays(block: bytes) -> None:
    kept = cleaned(with_block(block))

    assert kept == media.animation("GIF")


def test_comments_of_pillow_go() -> None:
    out = io.BytesIO()
    media.picture(mode="P").save(out, "GIF", comment=b"by Sam Smith")

    kept = cleaned(out.getvalue())

    assert kept is not None
    assert b"Sam" not in kept
    assert frames(kept) == frames(out.getvalue())


def test_what_hangs_behind_goes() -> None:
    whole = media.animation("GIF")

    assert cleaned(whole + b"the rest") == whole


def test_how_often_it_plays_stays() -> None:
    assert b"NETSCAPE2.0" in media.animation("GIF")
    assert cleaned(media.animation("GIF")) is None
    assert cleaned(media.still("GIF", mode="P")[:-1]) is None


def test_a_structure_that_can_not_be_followed_is_said_to_be_strange() -> None:
    whole = media.animation("GIF")

    with pytest.raises(Strange):
        cleaned(whole[: len(whole) // 2])
    with pytest.raises(Strange):
        cleaned(whole[:-1] + b"junk")
