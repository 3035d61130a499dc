"""The Range header (RFC 9110, section 14.2): one range of bytes, or the whole."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    start: int
    length: int


class Unsatisfiable(Exception):
    """The range begins behind the end of the file: the answer is 416."""


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """What to send of a file of `size` bytes; None means all of it.

    Several ranges at once, other units and what is no range at all are ignored, as the RFC allows. Raises
    Unsatisfiable.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many bytes
        length = min(int(found[2]), size)
        if length == 0:
            raise Unsatisfiable
        return ByteRange(size - length, length)
    start = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, last - start + 1)
