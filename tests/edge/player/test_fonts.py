"""Texts in scripts our own font hasn't: found through fontconfig (package fontconfig, with fonts-dejavu-core)."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from edge.player.fonts import OURS, font_for, lacks
from edge.player.workers.stills import draw

HEBREW = "שלום לכולם"
ARABIC = "مرحبا بكم"


@pytest.mark.parametrize("text", ["Welcome", "Grüße, où ça?", "Привет", "1 + 1 = 2\n\tnext"])
def test_what_our_font_has_is_written_with_it(text: str) -> None:
    assert font_for(text) == OURS


@pytest.mark.parametrize("text", [HEBREW, ARABIC, f"Hello {HEBREW}"])
def test_other_scripts_get_a_font_that_has_them(text: str) -> None:
    found = font_for(text)

    assert lacks(OURS, text)
    assert not lacks(found, text)


def test_what_no_font_has_is_written_with_ours() -> None:
    assert font_for("\U0001aff7\U0001aff8") == OURS


def test_without_fontconfig_it_is_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert font_for(HEBREW + "א") == OURS


def picture(text: str) -> Image.Image:
    job = {"kind": "text", "text": text, "width": 640, "height": 360, "background": "#000000"}
    data, _ = draw(job)
    return Image.frombytes("RGBA", (640, 360), data, "raw", "BGRA").convert("L")


def test_right_to_left_begins_at_the_right() -> None:
    """The first letter of a word is the same shape at the right end of the whole word."""
    whole, first = picture("אוווו"), picture("א")
    letter = first.crop(first.getbbox())
    box = whole.getbbox()
    assert box is not None
    width = round(letter.width * (box[3] - box[1]) / letter.height)
    right = whole.crop((box[2] - width, box[1], box[2], box[3])).resize(letter.size)
    left = whole.crop((box[0], box[1], box[0] + width, box[3])).resize(letter.size)

    assert _apart(right, letter) < _apart(left, letter)


def _apart(one: Image.Image, other: Image.Image) -> int:
    histogram = ImageChops.difference(one, other).histogram()
    return sum(level * count for level, count in enumerate(histogram))
