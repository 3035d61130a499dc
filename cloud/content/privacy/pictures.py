"""Takes camera data, places and names out of files without touching a pixel; which way up they are is kept.

Works on the file's structure only. A file with nothing private in it stays as it is, byte for byte.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from cloud.content.media_type import MediaType
from cloud.content.privacy.edits import Piece, Strange

MOST = 100_000
"""Segments or chunks of one picture that are followed."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment or chunk: whether it stays, and whether it is the reason to rewrite the file at all."""

    data: memoryview
    keep: bool = True
    private: bool = False
    exif: bytes = b""
    """The TIFF structure inside, when this is the EXIF part."""


class _Format(Protocol):
    @staticmethod
    def parts(data: memoryview) -> Iterator[_Part]: ...

    @staticmethod
    def assemble(kept: list[memoryview], orientation: int) -> list[Piece]: ...


def without_private_parts(data: memoryview, media_type: MediaType) -> list[Piece] | None:
    """The pieces of the same JPEG, PNG or WebP without them; None when there is nothing to take out.

    Raises Strange, struct.error or IndexError.
    """
    format_ = _FORMATS[media_type]
    parts = list(islice(format_.parts(data), MOST + 1))
    if len(parts) > MOST:
        raise Strange
    if not any(part.private for part in parts):
        return None
    orientation = next((turn for part in parts if (turn := _orientation(part.exif)) is not None), 1)
    return format_.assemble([part.data for part in parts if part.keep], orientation)


class _Jpeg:
    """ITU-T T.81 annex B: segments, then scans up to the end mark; what hangs behind it goes too."""

    @staticmethod
    def parts(data: memoryview) -> Iterator[_Part]:
        yield _Part(data[:2])
        at, in_scan = 2, False
        while True:
            if in_scan:
                at = _Jpeg._next_marker(data, at)
            while data[at + 1] == 0xFF:  # fills (B.1.1.2)
                at += 1
            marker = data[at + 1]
            if data[at] != 0xFF or marker < 0xC0:
                raise Strange
            if marker == 0xD9:
                yield _Part(data[at : at + 2])
                rest = data[at + 2 :]
                yield _Part(rest, keep=False, private=any(rest))
                return
            length = 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
            in_scan = marker == 0xDA
            end = _Jpeg._next_marker(data, at + length) if in_scan else at + length
            yield _Jpeg._segment(marker, data[at:end])
            at = end

    @staticmethod
    def _next_marker(data: memoryview, at: int) -> int:
        found = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]").search(data, at)
        if found is None:
            raise Strange
        return found.start()

    @staticmethod
    def _segment(marker: int, segment: memoryview) -> _Part:
        body = bytes(segment[4:40])
        if marker == 0xE1:
            is_exif = body.startswith(b"Exif\0\0")
            exif = bytes(segment[10:]) if is_exif else b""
            return _Part(segment, keep=False, private=not is_exif or not _says_only_orientation(exif), exif=exif)
        if marker == 0xFE:
            return _Part(segment, keep=False)
        keep = not 0xE0 <= marker <= 0xEF or marker in (0xE0, 0xEE) or (marker == 0xE2 and body[:11] == b"ICC_PROFILE")
        return _Part(segment, keep=keep, private=not keep)

    @staticmethod
    def assemble(kept: list[memoryview], orientation: int) -> list[Piece]:
        tiff = _tiff(orientation)
        own = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff if tiff else b""
        return [kept[0], own, *kept[1:]]


class _Png:
    """ISO/IEC 15948: chunks that change what is seen stay."""

    _SEEN = frozenset(
        b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
    )
    _PRIVATE_TEXT = (b"XML:com.adobe.xmp", b"Raw profile type", b"Author", b"Comment", b"Copyright", b"Creator")

    @staticmethod
    def parts(data: memoryview) -> Iterator[_Part]:
        yield _Part(data[:8])
        at, kind = 8, b""
        while kind != b"IEND":
            length, kind = struct.unpack(">I4s", data[at : at + 8])
            chunk = data[at : at + length + 12]
            if len(chunk) != length + 12:
                raise Strange
            exif = bytes(chunk[8:-4]) if kind == b"eXIf" else b""
            private = not _says_only_orientation(exif) if exif else _Png._is_private(kind, bytes(chunk[8:40]))
            yield _Part(chunk, keep=kind in _Png._SEEN, private=private, exif=exif)
            at += length + 12
        yield _Part(data[at:], keep=False, private=any(data[at:]))

    @staticmethod
    def _is_private(kind: bytes, text: bytes) -> bool:
        return kind in (b"tEXt", b"zTXt", b"iTXt") and text.startswith(_Png._PRIVATE_TEXT)

    @staticmethod
    def assemble(kept: list[memoryview], orientation: int) -> list[Piece]:
        tiff = _tiff(orientation)
        checksum = struct.pack(">I", zlib.crc32(b"eXIf" + tiff))
        own = struct.pack(">I", len(tiff)) + b"eXIf" + tiff + checksum if tiff else b""
        return [*kept[:2], own, *kept[2:]]


class _Webp:
    """RFC 9649: chunks in a RIFF container; the flags of VP8X tell which there are."""

    _SEEN = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
    _FLAG_EXIF, _FLAG_XMP = 0x08, 0x04

    @staticmethod
    def parts(data: memoryview) -> Iterator[_Part]:
        end = 8 + struct.unpack("<I", data[4:8])[0]
        yield _Part(data[:12])
        at = 12
        while at < end:
            kind, length = struct.unpack("<4sI", data[at : at + 8])
            padded = length + 8 + length % 2
            chunk = data[at : at + padded]
            if len(chunk) < length + 8:
                raise Strange
            exif = bytes(chunk[8 : 8 + length]).removeprefix(b"Exif\0\0") if kind == b"EXIF" else b""
            private = kind == b"XMP " or (bool(exif) and not _says_only_orientation(exif))
            yield _Part(chunk, keep=kind in _Webp._SEEN, private=private, exif=exif)
            at += padded
        yield _Part(data[end:], keep=False, private=any(data[end:]))

    @staticmethod
    def assemble(kept: list[memoryview], orientation: int) -> list[Piece]:
        tiff = _tiff(orientation)
        chunks: list[Piece] = [*kept[1:], b"EXIF" + struct.pack("<I", len(tiff)) + tiff if tiff else b""]
        if bytes(chunks[0][:4]) == b"VP8X":
            head = bytearray(chunks[0])
            head[8] = head[8] & ~(_Webp._FLAG_EXIF | _Webp._FLAG_XMP) | (_Webp._FLAG_EXIF if tiff else 0)
            chunks[0] = bytes(head)
        size = 4 + sum(len(chunk) for chunk in chunks)
        return [b"RIFF" + struct.pack("<I", size) + b"WEBP", *chunks]


_FORMATS: dict[MediaType, type[_Format]] = {MediaType.JPEG: _Jpeg, MediaType.PNG: _Png, MediaType.WEBP: _Webp}
_ORIENTATION = 0x0112


def _tiff(orientation: int) -> bytes:
    """The smallest EXIF there is: one entry, the orientation; nothing for an upright picture."""
    if orientation == 1:
        return b""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def _entries(tiff: bytes) -> list[tuple[int, int]]:
    """(tag, first two bytes of the value) of the first directory (TIFF 6.0, section 2)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return []
    try:
        at = struct.unpack_from(order + "I", tiff, 4)[0]
        count = struct.unpack_from(order + "H", tiff, at)[0]
        return [
            (struct.unpack_from(order + "H", tiff, entry)[0], struct.unpack_from(order + "H", tiff, entry + 8)[0])
            for entry in range(at + 2, at + 2 + 12 * count, 12)
        ]
    except struct.error:
        return []


def _orientation(tiff: bytes) -> int | None:
    return next((value for tag, value in _entries(tiff) if tag == _ORIENTATION and 1 <= value <= 8), None)


def _says_only_orientation(tiff: bytes) -> bool:
    return bool(tiff) and [tag for tag, _ in _entries(tiff)] == [_ORIENTATION]
