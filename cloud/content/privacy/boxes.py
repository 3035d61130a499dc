"""Boxes of an ISO base media file (ISO/IEC 14496-12, 4.2)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from cloud.content.privacy.edits import Strange


@dataclass(frozen=True, slots=True)
class Box:
    """`start` of the whole, `body` of what it holds, and `end`, in bytes from the beginning of the file."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(data: memoryview, at: int, end: int, left: Iterator[int]) -> Iterator[Box]:
    """One after the other, to the end exactly. `left` counts those of a whole film. Raises Strange."""
    for _ in left:
        if at == end or (end - at == 4 and not any(data[at:end])):  # QuickTime ends its lists with a zero
            return
        box = _box(data, at, end)
        yield box
        at = box.end
    raise Strange


def _box(data: memoryview, at: int, end: int) -> Box:
    if end - at < 8:
        raise Strange
    size, kind = struct.unpack_from(">I4s", data, at)
    body = at + 8
    if size == 1 and end - at >= 16:
        size, body = struct.unpack_from(">Q", data, body)[0], at + 16
    elif size == 0:
        size = end - at
    if size < body - at or at + size > end:
        raise Strange
    return Box(kind, at, body, at + size)
