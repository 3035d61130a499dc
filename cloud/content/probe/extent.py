"""Whether a file goes on as far as its own structure says. Finds a cut-off upload that decoders would play silently.

JPEG is not here: its decoder notices. Each check reads headers only and raises Refused.
"""

import re
from io import SEEK_CUR, SEEK_END
from typing import BinaryIO

from cloud.content.file_faults import MOST, FaultCode
from cloud.content.media_type import MediaType
from cloud.content.probe.report import Refused


def check_extent(file: BinaryIO, media_type: MediaType) -> None:
    check = {
        MediaType.MP4: _mp4,
        MediaType.WEBM: _webm,
        MediaType.WEBP: _webp,
        MediaType.GIF: _gif,
        MediaType.PNG: _png,
        MediaType.PDF: _pdf,
    }.get(media_type)
    if check:
        check(file, file.seek(0, SEEK_END))
        file.seek(0)


def _cut_off(have: int, want: int) -> Refused:
    return Refused(FaultCode.CUT_OFF, have=have, want=min(want, MOST))


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)


def _mp4(file: BinaryIO, size: int) -> None:
    """Boxes follow each other to the end of the file exactly (ISO/IEC 14496-12, 4.2)."""
    at, kinds = 0, set[bytes]()
    while at < size:
        head = _read(file, at, 16)
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        elif length == 0 and len(head) >= 8:  # to the end of the file
            length = size - at
        if length < 8:
            raise Refused(FaultCode.BROKEN_AT, kind="MP4", at=at)
        if at + length > size:
            raise _cut_off(size, at + length)
        kinds.add(head[4:8])
        at += length
    if b"moov" not in kinds:
        raise Refused(FaultCode.NO_INDEX)


def _webm(file: BinaryIO, size: int) -> None:
    """The Segment's size (RFC 9559, 5.1) against the file's; a live recording leaves it unknown."""
    head = _read(file, 0, 4096)
    at = 4
    length, taken = _vint(head[at:])
    at += taken + (length or 0)
    if head[at : at + 4] != b"\x18\x53\x80\x67":
        raise Refused(FaultCode.DAMAGED, kind="WebM")
    length, taken = _vint(head[at + 4 :])
    if length is not None and at + 4 + taken + length > size:
        raise _cut_off(size, at + 4 + taken + length)


def _vint(data: bytes) -> tuple[int | None, int]:
    """An EBML variable size integer (RFC 8794, 4): its value (None for "unknown") and how many bytes it takes."""
    width = 9 - data[0].bit_length() if data and data[0] else 0
    if not 1 <= width <= 8 or len(data) < width:
        raise Refused(FaultCode.DAMAGED, kind="WebM")
    value = int.from_bytes(data[:width], "big") & ((1 << (7 * width)) - 1)
    return (None if value == (1 << (7 * width)) - 1 else value), width


def _webp(file: BinaryIO, size: int) -> None:
    stated = int.from_bytes(_read(file, 4, 4), "little") + 8
    if stated > size:
        raise _cut_off(size, stated)


def _gif(file: BinaryIO, size: int) -> None:
    """Whole blocks up to the trailer (GIF89a, appendix B), which some writers forget; more behind it does no harm."""
    images, at = 0, 13 + _colours(_read(file, 10, 1))
    while at < size:
        kind = _read(file, at, 1)
        if kind == b"\x3b":
            return
        if kind == b"\x21":  # an extension: label, data
            at = _after_sub_blocks(file, at + 2, size)
        elif kind == b"\x2c":  # an image: place, colours, code size, data
            images += 1
            at = _after_sub_blocks(file, at + 11 + _colours(_read(file, at + 9, 1)), size)
        else:
            raise Refused(FaultCode.BROKEN_AT, kind="GIF", at=at)
    if at > size or not images:
        raise Refused(FaultCode.NO_END, kind="GIF")


def _colours(flags: bytes) -> int:
    """How many bytes the colour table takes that these flags announce."""
    return 3 << (flags[0] & 0x07) + 1 if flags and flags[0] & 0x80 else 0


def _after_sub_blocks(file: BinaryIO, at: int, size: int) -> int:
    file.seek(at)
    while at < size:
        length = file.read(1)
        at += 1
        if length == b"\0":
            return at
        file.seek(length[0], SEEK_CUR)
        at += length[0]
    return size + 1  # there is no end to them


def _png(file: BinaryIO, size: int) -> None:
    """The end chunk with its checksum (ISO/IEC 15948, 11.2.5), be it with something behind it."""
    if b"IEND\xaeB`\x82" not in _read(file, max(0, size - 1024 * 1024), 1024 * 1024):
        raise Refused(FaultCode.NO_END, kind="PNG")


def _pdf(file: BinaryIO, size: int) -> None:
    """`%%EOF` in the last 1,024 bytes; a linearised file also states its length (ISO 32000-1, 7.5.5 and F.3.3)."""
    linearised = re.search(rb"/Linearized[^>]*?/L\s+(\d{1,12})", _read(file, 0, 1024))
    if linearised and int(linearised[1]) > size:
        raise _cut_off(size, int(linearised[1]))
    if b"%%EOF" not in _read(file, max(0, size - 1024), 1024):
        raise Refused(FaultCode.NO_END, kind="PDF")
