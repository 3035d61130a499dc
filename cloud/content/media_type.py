"""What a file is, told from its own bytes. The client's file name and its stated type have no say.

An allow-list of signatures, all at offset 0; everything else is refused, named where we know its name.
A signature is a claim: whether the file keeps it, only decoding shows (`cloud.content.probe`).
"""

import re
from enum import StrEnum

from cloud.content.faults import DamagedFile, UnsupportedType
from cloud.content.file_faults import FaultCode, fault
from cloud.content.strangers import ACTIVE, ARCHIVE_BEHIND, EBML, FOREIGN_BRANDS, doctype, name_of_stranger
from vizora.manifest.model import ContentType

HEAD_BYTES = 4096
"""How much of a file's beginning `media_type` wants to see (less when the file is shorter)."""
TAIL_BYTES = 66_000
"""How much of its end `refuse_archive_behind` wants to see: a zip directory's record and its longest comment."""

ALLOWED = "JPEG, PNG, GIF, WebP, MP4, WebM, PDF"


class MediaType(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    MP4 = "video/mp4"
    WEBM = "video/webm"
    PDF = "application/pdf"

    @property
    def content_type(self) -> ContentType:
        kind = self.value.partition("/")[0]
        return {"image": ContentType.IMAGE, "video": ContentType.VIDEO}.get(kind, ContentType.PDF)

    @property
    def suffix(self) -> str:
        return {"jpeg": ".jpg"}.get(self.value.partition("/")[2], "." + self.value.partition("/")[2])


def media_type(head: bytes) -> MediaType:
    """The type of a file that begins with `head` (its first `HEAD_BYTES`, or all of it).

    Raises UnsupportedType (CONTENT_003) naming what it looks like, DamagedFile (CONTENT_004) when there is nothing.
    """
    if not head:
        raise DamagedFile(fault(FaultCode.EMPTY))
    found = _by_signature(head)
    if found is None:
        name, filled = name_of_stranger(head)
        raise _refusal(name, **filled)
    if active := _ACTIVE.search(head):
        raise _refusal(ACTIVE, type=found.value, language=active[1].decode("ascii").lower())
    return found


def refuse_archive_behind(tail: bytes) -> None:
    """Raises UnsupportedType when a zip archive hangs behind the picture (the file's last `TAIL_BYTES`)."""
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) - at >= 22 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail):
        raise _refusal(ARCHIVE_BEHIND)


def _refusal(looks_like: str, **filled: str) -> UnsupportedType:
    return UnsupportedType(fault(FaultCode.KIND, found=looks_like, allowed=ALLOWED, **filled))


def _by_signature(head: bytes) -> MediaType | None:
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return MediaType.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if re.match(rb"%PDF-[12]\.\d", head):
        return MediaType.PDF
    if head.startswith(EBML) and doctype(head) == b"webm":
        return MediaType.WEBM
    if _iso_brands(head) & _MP4_BRANDS and head[8:12] not in FOREIGN_BRANDS:
        return MediaType.MP4
    return None


_MP4_BRANDS = frozenset(
    {b"mp41", b"mp42", b"isom", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash"}
    | {b"iso%d" % n for n in range(2, 10)}
)
_ACTIVE = re.compile(rb"<(?:!doctype\s+|\?)?\s*(html|script|svg|php|iframe)\b", re.IGNORECASE)


def _iso_brands(head: bytes) -> frozenset[bytes]:
    """The major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3), empty when it is none."""
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= min(len(head), 1024):
        return frozenset()
    return frozenset({head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))})
