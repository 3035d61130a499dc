"""Animated WebP, which FFmpeg's decoder doesn't know: its pictures through Pillow, for the decoder child."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

MILLISECOND = Fraction(1, 1000)
SHORTEST_MS = 10
LOOKED_AT = 21
"""Bytes at the beginning of a file that tell whether it is animated."""
MAX_PIXELS = 40_000_000


def is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def is_animated(head: bytes) -> bool:
    """By the first `LOOKED_AT` bytes (RFC 9649, section 2.7: the extended format's flag A)."""
    return is_webp(head) and head[12:16] == b"VP8X" and len(head) >= LOOKED_AT and bool(head[20] & 0x02)


def webp_pictures(path: str) -> Iterator[tuple[float, "av.VideoFrame"]]:
    """(seconds from the beginning, picture). Raises ValueError or OSError when it is no picture."""
    import av
    from PIL import Image

    with Image.open(path, formats=("WEBP",)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError(f"{image.width}x{image.height} is too large for an animation")
        at = 0
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            length = max(SHORTEST_MS, int(image.info.get("duration", 100)))
            frame = av.VideoFrame.from_image(image.convert("RGB"))  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base, frame.duration = at, MILLISECOND, length
            yield at / 1000, frame
            at += length
