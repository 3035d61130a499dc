"""What a file is, told from its own bytes. The client's file name and its stated type have no say.

An allow-list of signatures, all at offset 0; everything else is refused, named where we know its name.
A signature is a claim: whether the file keeps it, only decoding shows (`cloud.content.probe`).
"""

import re
from enum import StrEnum

from cloud.content.faults import DamagedFile, UnsupportedType
from cloud.content.file_faults import FaultCode, fault
from vizora.manifest.model import ContentType

HEAD_BYTES = 4096
"""How much of a file's beginning `media_type` wants to see (less when the file is shorter)."""
TAIL_BYTES = 66_000
"""How much of its end `refuse_archive_behind` wants to see: a zip directory's record and its longest comment."""

ALLOWED = "JPEG, PNG, GIF, WebP, MP4, WebM and PDF"


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
        raise _refusal(_name_of_stranger(head))
    if active := _ACTIVE.search(head):
        raise _refusal(f"{found.value} with {active[1].decode('ascii').lower()} code inside")
    return found


def refuse_archive_behind(tail: bytes) -> None:
    """Raises UnsupportedType when a zip archive hangs behind the picture (the file's last `TAIL_BYTES`)."""
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) - at >= 22 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail):
        raise _refusal("a file with a zip archive (or Java program) behind it")


def _refusal(looks_like: str) -> UnsupportedType:
    return UnsupportedType(f"The file looks like {looks_like}, which can't be shown. Allowed are {ALLOWED}.")


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
    if head.startswith(_EBML) and _doctype(head) == b"webm":
        return MediaType.WEBM
    if _iso_brands(head) & _MP4_BRANDS and head[8:12] not in _FOREIGN_BRANDS:
        return MediaType.MP4
    return None


_EBML = b"\x1a\x45\xdf\xa3"
_MP4_BRANDS = frozenset(
    {b"mp41", b"mp42", b"isom", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash"}
    | {b"iso%d" % n for n in range(2, 10)}
)
_FOREIGN_BRANDS = {
    b"qt  ": "a QuickTime movie (.mov)",
    b"avif": "an AVIF image",
    b"avis": "an AVIF image",
    b"heic": "an HEIC image",
    b"heix": "an HEIC image",
    b"hevc": "an HEIC image",
    b"mif1": "an HEIF image",
    b"msf1": "an HEIF image",
    b"M4A ": "an MPEG-4 audio file",
    b"M4B ": "an MPEG-4 audio book",
    b"crx ": "a Canon raw image",
}
_ACTIVE = re.compile(rb"<(?:!doctype\s+|\?)?\s*(html|script|svg|php|iframe)\b", re.IGNORECASE)

_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (rb"#EXTM3U", "a playlist (m3u8)"),
    (rb"\[playlist\]", "a playlist (pls)"),
    (rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?svg\b", "an SVG drawing"),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml[\s\S]{0,2000}<svg\b", "an SVG drawing"),
    (rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script)\b", "an HTML page"),
    (rb"(?:\xef\xbb\xbf)?\s*<\?php", "a PHP program"),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "an XML document"),
    (rb"PK\x03\x04|PK\x05\x06", "a zip archive (or an Office document)"),
    (rb"Rar!", "a RAR archive"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"BZh", "a bzip2 archive"),
    (rb"\xfd7zXZ", "an xz archive"),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (rb"[\s\S]{257}ustar", "a tar archive"),
    (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", "a TIFF image"),
    (rb"RIFF[\s\S]{4}AVI ", "an AVI video"),
    (rb"RIFF[\s\S]{4}WAVE", "a WAV sound"),
    (rb"BM[\s\S]{12}[\x0c\x28\x38\x6c\x7c]\x00", "a BMP image"),
    (rb"8BPS", "a Photoshop document"),
    (rb"\x00\x00\x00\x0cJXL |\xff\x0a", "a JPEG XL image"),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (rb"\x00\x00\x01\x00", "an icon (.ico)"),
    (rb"\x00\x00\x01[\xb3\xba]", "an MPEG program stream"),
    (rb"\x47[\s\S]{187}\x47", "an MPEG transport stream"),
    (rb"FLV\x01", "a Flash video"),
    (rb"[CFZ]WS", "a Flash program"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file"),
    (rb"OggS", "an Ogg file"),
    (rb"fLaC", "a FLAC sound"),
    (rb"ID3|\xff[\xfb\xf3\xf2]", "an MP3 sound"),
    (rb"\xd0\xcf\x11\xe0", "an old Office document"),
    (rb"\x7fELF|MZ", "a program"),
    (rb"#!", "a script"),
    (rb"%!PS", "a PostScript document"),
    (rb"\{\\rtf", "an RTF document"),
    (rb"[\s\S]{4}(?:moov|mdat|wide|free|skip)", "a QuickTime movie (.mov)"),
    (rb"[\s\S]{1,1020}%PDF-", "a PDF with something else before it"),
)


def _name_of_stranger(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _FOREIGN_BRANDS.get(brand, f"an ISO media file of brand {brand.decode('ascii', 'replace')!r}")
    if head.startswith(_EBML):
        kind = _doctype(head).decode("ascii", "replace")
        return "a Matroska video (.mkv)" if kind == "matroska" else f"an EBML file of type {kind!r}"
    for signature, name in _STRANGERS:
        if re.match(signature, head, re.IGNORECASE if signature.startswith(rb"(?:\xef") else 0):
            return name
    return "plain text" if _is_text(head) else "no kind of file we know"


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.reason != "unexpected end of data" or fault.start == 0:  # else only the last character is cut off
            return False
        text = head[: fault.start].decode("utf-8")
    return all(character.isprintable() or character.isspace() for character in text)


def _iso_brands(head: bytes) -> frozenset[bytes]:
    """The major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3), empty when it is none."""
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= min(len(head), 1024):
        return frozenset()
    return frozenset({head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))})


def _doctype(head: bytes) -> bytes:
    """The DocType of an EBML header (RFC 8794, 11.2.4), empty when there is none in the first 64 bytes."""
    at = head.find(b"\x42\x82", 4, 64)
    if at < 0:
        return b""
    length = head[at + 2] & 0x7F if len(head) > at + 2 and head[at + 2] & 0x80 else 0
    return head[at + 3 : at + 3 + length]
