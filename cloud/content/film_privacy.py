"""Blanks what an MP4 tells of place, camera and author; its pictures, sound and which way up they are stay as they are.

Boxes (ISO/IEC 14496-12) that say such things become `free` ones of the same length, so that nothing in the file moves.
"""

import re
import struct
from collections.abc import Iterator

INSIDE = {b"": b"moov", b"moov": b"trak", b"trak": b""}
"""Which box in a box is looked into; the film itself has no name."""
MOST = 100_000
"""Parts of a file that are followed; one of more is left to the decoder, whose memory and time are bounded."""
TELLING = (b"udta", b"meta")
WORDS = re.compile(
    b"\xa9(?:xyz|mak|mod|ART|aut|cpy|cmt)|loci|auth|cprt|XMP_|com\\.apple\\.quicktime\\.|com\\.android\\.|location"
)
"""What a telling box has that tells of somebody; one that only names the program that wrote the file stays."""
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The `uuid` box of Adobe's XMP specification, part 3."""
ZEROS = memoryview(bytes(65_536))


class Strange(Exception):
    """The structure can't be followed."""


def without_telling_boxes(data: memoryview) -> list[bytes | memoryview] | None:
    """The pieces of the same film with such boxes blanked; None when there are none. Raises Strange."""
    pieces: list[bytes | memoryview] = []
    done = 0
    for at, body, end in _telling(data, 0, len(data), b"", iter(range(MOST))):
        pieces += [data[done : at + 4], b"free", data[at + 8 : body], *_zeros(end - body)]
        done = end
    return [*pieces, data[done:]] if pieces else None


def _telling(data: memoryview, at: int, end: int, within: bytes, left: Iterator[int]) -> Iterator[tuple[int, int, int]]:
    """Start, start of the content, and end of each, in their order; `left` counts the boxes of all levels."""
    for _ in left:
        if at == end:
            return
        size, kind, body = _head(data, at, end)
        content = data[body : at + size]
        if kind == INSIDE[within]:
            yield from _telling(data, body, at + size, kind, left)
        elif (kind in TELLING and WORDS.search(content)) or (kind == b"uuid" and content[:16] == XMP):
            yield at, body, at + size
        at += size
    raise Strange


def _zeros(count: int) -> list[memoryview]:
    whole, rest = divmod(count, len(ZEROS))
    return [ZEROS] * whole + [ZEROS[:rest]]


def _head(data: memoryview, at: int, end: int) -> tuple[int, bytes, int]:
    """Length of the whole box, its type, and where its content starts."""
    if end - at < 8:
        raise Strange
    size, kind = struct.unpack(">I4s", data[at : at + 8])
    body = at + 8
    if size == 1 and end - at >= 16:
        size, body = struct.unpack(">Q", data[at + 8 : at + 16])[0], at + 16
    elif size == 0:
        size = end - at
    if size < body - at or at + size > end:
        raise Strange
    return size, kind, body
