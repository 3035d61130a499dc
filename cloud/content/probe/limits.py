"""Every limit of the decoding process, in one place. A file that needs more is refused, with the limit named.

Beside them stands what it draws - how large, and which page - and whether it looks for private data.
"""

from dataclasses import dataclass

MIB = 1024 * 1024
PAGE_SIDE = 1600


@dataclass(frozen=True, slots=True)
class Limits:
    memory_bytes: int = 768 * MIB
    """Address space, libraries included (they take about 150 MB); what really stays in memory is less."""
    cpu_s: int = 30
    wall_s: float = 60.0
    """From start to answer; then the process is killed."""
    image_side: int = 16_384
    image_pixels: int = 80_000_000
    """One picture, width times height."""
    animation_frames: int = 2_000
    video_side: int = 8_192
    video_pixels: int = 7_680 * 4_320
    duration_ms: int = 12 * 3_600_000
    first_frames: int = 48
    """So many frames of a video are decoded, from its beginning."""
    pdf_pages: int = 500
    pdf_page_points: float = 14_400.0
    """Longest side of a page, in points: the limit ISO 32000-1 annex C gives, 200 inches."""
    thumbnail_side: int = 400
    drawn_page: int = 1
    """Of a PDF."""
    answer_bytes: int = 1 * MIB
    """What the parent reads from the process at most; the thumbnail is some 20 KB."""
    clean: bool = False
    """Refuse a file that tells more than it shows: one that could not be cleaned when it came in."""


LIMITS = Limits()
FOR_SCREENS = Limits(clean=True)
"""What a file must keep that is new here."""


def for_page(page: int) -> Limits:
    """To draw one page of a PDF as large as it is looked at in a browser."""
    return Limits(thumbnail_side=PAGE_SIDE, drawn_page=page, answer_bytes=8 * MIB)
