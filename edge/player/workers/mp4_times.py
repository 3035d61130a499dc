"""When each picture of an MP4 film is due, read from its tables (ISO/IEC 14496-12, 8.6.1). Pure."""

import mmap
import struct
from collections.abc import Iterator

MOST = 2_000_000
"""Pictures; more than nine hours at 60 a second."""
Bytes = bytes | mmap.mmap


def picture_times(data: Bytes) -> tuple[float, ...]:
    """Seconds from the first picture, in the order they are shown; empty when `data` is no MP4 film that says so."""
    try:
        for track in (body for kind, body in _boxes(_find(data, b"moov")) if kind == b"trak"):
            media = _find(track, b"mdia")
            if _find(media, b"hdlr")[8:12] == b"vide":
                return _times(media)
    except (struct.error, IndexError, KeyError, ZeroDivisionError):
        pass
    return ()


def _times(media: bytes) -> tuple[float, ...]:
    header = _find(media, b"mdhd")
    (scale,) = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)
    table = _find(_find(media, b"minf"), b"stbl")
    steps = _runs(_find(table, b"stts"), signed=False)
    shifts = _runs(_find(table, b"ctts"), signed=True) if _has(table, b"ctts") else [0] * len(steps)
    decoded, shown = 0, []
    for step, shift in zip(steps, shifts, strict=False):
        shown.append(decoded + shift)
        decoded += step
    shown.sort()
    return tuple((at - shown[0]) / scale for at in shown)


def _runs(box: bytes, *, signed: bool) -> list[int]:
    """The entries of a run-length table, one a picture."""
    (count,) = struct.unpack_from(">I", box, 4)
    values: list[int] = []
    for number in range(count):
        length, value = struct.unpack_from(">Ii" if signed else ">II", box, 8 + 8 * number)
        if len(values) + length > MOST:
            raise KeyError
        values += [value] * length
    return values


def _boxes(data: Bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        start = place + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = place + size if size else len(data)
        if end <= place:
            return
        yield kind, data[start:end] if kind != b"mdat" else b""
        place = end


def _find(data: Bytes, wanted: bytes) -> bytes:
    """Raises KeyError when there is no such box."""
    for kind, body in _boxes(data):
        if kind == wanted:
            return body
    raise KeyError(wanted)


def _has(data: bytes, wanted: bytes) -> bool:
    return any(kind == wanted for kind, _ in _boxes(data))
