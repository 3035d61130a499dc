from pathlib import Path

import pytest

from cloud.content.media_type import MediaType
from cloud.content.probe.limits import LIMITS, MIB
from cloud.content.receive import SLOWEST
from cloud.content.staging import UPLOAD_LIMIT

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "content.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(MediaType))
def test_every_allowed_type_is_documented(kind: MediaType) -> None:
    assert f"`{kind.value}`" in PAGE


@pytest.mark.parametrize(
    "words",
    [
        f"{UPLOAD_LIMIT:,} bytes",
        f"{LIMITS.image_pixels // 1_000_000} megapixels",
        f"{LIMITS.image_side:,} pixels a side",
        f"{LIMITS.animation_frames:,} frames",
        f"{LIMITS.duration_ms // 3_600_000} hours",
        f"{LIMITS.pdf_pages} pages of at most {LIMITS.pdf_page_points:,.0f} points",
        f"{LIMITS.memory_bytes // MIB} MB of memory, {LIMITS.cpu_s} s of computing and {LIMITS.wall_s:g} s in all",
        f"{LIMITS.thumbnail_side} x {LIMITS.thumbnail_side}",
        f"{SLOWEST:,} bytes a second",
    ],
)
def test_every_limit_is_documented_as_it_is(words: str) -> None:
    assert words in PAGE
