"""What a file is that can't be shown, named as people know it. The names are messages: pages say them in the reader's
language (`cloud.content.file_faults`).
"""

import re

from cloud.languages import N_

ACTIVE = N_("%(type)s with %(language)s code inside")
ARCHIVE_BEHIND = N_("a file with a zip archive (or Java program) behind it")
BRAND = N_("an ISO media file of brand '%(brand)s'")
DOCTYPE = N_("an EBML file of type '%(doctype)s'")
MATROSKA = N_("a Matroska video (.mkv)")
PLAIN_TEXT = N_("plain text")
UNKNOWN = N_("no kind of file we know")

FOREIGN_BRANDS = {
    b"qt  ": N_("a QuickTime movie (.mov)"),
    b"avif": N_("an AVIF image"),
    b"avis": N_("an AVIF image"),
    b"heic": N_("an HEIC image"),
    b"heix": N_("an HEIC image"),
    b"hevc": N_("an HEIC image"),
    b"mif1": N_("an HEIF image"),
    b"msf1": N_("an HEIF image"),
    b"M4A ": N_("an MPEG-4 audio file"),
    b"M4B ": N_("an MPEG-4 audio book"),
    b"crx ": N_("a Canon raw image"),
}
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (rb"#EXTM3U", N_("a playlist (m3u8)")),
    (rb"\[playlist\]", N_("a playlist (pls)")),
    (
        rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?svg\b",
        N_("an SVG drawing"),
    ),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml[\s\S]{0,2000}<svg\b", N_("an SVG drawing")),
    (rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script)\b", N_("an HTML page")),
    (rb"(?:\xef\xbb\xbf)?\s*<\?php", N_("a PHP program")),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml", N_("an XML document")),
    (rb"PK\x03\x04|PK\x05\x06", N_("a zip archive (or an Office document)")),
    (rb"Rar!", N_("a RAR archive")),
    (rb"7z\xbc\xaf\x27\x1c", N_("a 7-Zip archive")),
    (rb"\x1f\x8b", N_("a gzip archive")),
    (rb"BZh", N_("a bzip2 archive")),
    (rb"\xfd7zXZ", N_("an xz archive")),
    (rb"\x28\xb5\x2f\xfd", N_("a Zstandard archive")),
    (rb"[\s\S]{257}ustar", N_("a tar archive")),
    (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", N_("a TIFF image")),
    (rb"RIFF[\s\S]{4}AVI ", N_("an AVI video")),
    (rb"RIFF[\s\S]{4}WAVE", N_("a WAV sound")),
    (rb"BM[\s\S]{12}[\x0c\x28\x38\x6c\x7c]\x00", N_("a BMP image")),
    (rb"8BPS", N_("a Photoshop document")),
    (rb"\x00\x00\x00\x0cJXL |\xff\x0a", N_("a JPEG XL image")),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", N_("a JPEG 2000 image")),
    (rb"\x00\x00\x01\x00", N_("an icon (.ico)")),
    (rb"\x00\x00\x01[\xb3\xba]", N_("an MPEG program stream")),
    (rb"\x47[\s\S]{187}\x47", N_("an MPEG transport stream")),
    (rb"FLV\x01", N_("a Flash video")),
    (rb"[CFZ]WS", N_("a Flash program")),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", N_("a Windows Media file")),
    (rb"OggS", N_("an Ogg file")),
    (rb"fLaC", N_("a FLAC sound")),
    (rb"ID3|\xff[\xfb\xf3\xf2]", N_("an MP3 sound")),
    (rb"\xd0\xcf\x11\xe0", N_("an old Office document")),
    (rb"\x7fELF|MZ", N_("a program")),
    (rb"#!", N_("a script")),
    (rb"%!PS", N_("a PostScript document")),
    (rb"\{\\rtf", N_("an RTF document")),
    (rb"[\s\S]{4}(?:moov|mdat|wide|free|skip)", N_("a QuickTime movie (.mov)")),
    (rb"[\s\S]{1,1020}%PDF-", N_("a PDF with something else before it")),
)

NAMES = frozenset(
    {ACTIVE, ARCHIVE_BEHIND, BRAND, DOCTYPE, MATROSKA, PLAIN_TEXT, UNKNOWN}
    | set(FOREIGN_BRANDS.values())
    | {name for _, name in _STRANGERS}
)
"""Every name there is; what they fill in are parts of the fault."""

EBML = b"\x1a\x45\xdf\xa3"


def name_of_stranger(head: bytes) -> tuple[str, dict[str, str]]:
    """One of `NAMES` for a file that begins with `head`, and what the name fills in."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        name = FOREIGN_BRANDS.get(brand)
        return (name, {}) if name else (BRAND, {"brand": _printed(brand)})
    if head.startswith(EBML):
        kind = doctype(head)
        return (MATROSKA, {}) if kind == b"matroska" else (DOCTYPE, {"doctype": _printed(kind)})
    for signature, name in _STRANGERS:
        if re.match(signature, head, re.IGNORECASE if signature.startswith(rb"(?:\xef") else 0):
            return name, {}
    return (PLAIN_TEXT if _is_text(head) else UNKNOWN), {}


def doctype(head: bytes) -> bytes:
    """The DocType of an EBML header (RFC 8794, 11.2.4), empty when there is none in the first 64 bytes."""
    at = head.find(b"\x42\x82", 4, 64)
    if at < 0:
        return b""
    length = head[at + 2] & 0x7F if len(head) > at + 2 and head[at + 2] & 0x80 else 0
    return head[at + 3 : at + 3 + length]


def _printed(raw: bytes) -> str:
    """On one line, whatever it is."""
    return repr(raw.decode("ascii", "replace"))[1:-1]


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.reason != "unexpected end of data" or fault.start == 0:  # else only the last character is cut off
            return False
        text = head[: fault.start].decode("utf-8")
    return all(character.isprintable() or character.isspace() for character in text)
