import io
import zipfile

import pytest

from cloud.content.faults import DamagedFile, UnsupportedType
from cloud.content.file_faults import FaultCode
from cloud.content.media_type import HEAD_BYTES, MediaType, media_type, refuse_archive_behind
from tests.cloud.content import media


@pytest.mark.parametrize("kind", list(MediaType))
def test_an_allowed_file_is_known_by_its_bytes(kind: MediaType) -> None:
    assert media_type(media.samples()[kind][:HEAD_BYTES]) is kind


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b'<?xml version="1.0"?>\n<!-- logo -->\n<svg/>', "an SVG drawing"),
        (b"\xef\xbb\xbf <!DOCTYPE html><html>", "an HTML page"),
        (b"<SCRIPT>alert(1)</SCRIPT>", "an HTML page"),
        (b"<?php system($_GET[0]);", "a PHP program"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd", "a playlist (m3u8)"),
        (b"PK\x03\x04" + bytes(30), "a zip archive"),
        (b"\x1f\x8b\x08" + bytes(30), "a gzip archive"),
        (b"II*\x00" + bytes(30), "a TIFF image"),
        (b"MM\x00*" + bytes(30), "a TIFF image"),
        (b"RIFF\x10\x00\x00\x00AVI LIST", "an AVI video"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "a WAV sound"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "a QuickTime movie"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "an HEIC image"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", "an AVIF image"),
        (b"\x00\x00\x00\x10ftypodd!\x00\x00\x00\x00", "brand 'odd!'"),
        (b"\x00\x00\x00\x10ftyp\n\x00%s\x00\x00\x00\x00", "brand '\\n\\x00%s'"),
        (b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska", "a Matroska video"),
        (b"OggS" + bytes(30), "an Ogg file"),
        (b"\x7fELF" + bytes(30), "a program"),
        (b"Dear screen, please show this.", "plain text"),
        ("Grüße aus Köln".encode(), "plain text"),
        (b"\x01\x02\x03\x04", "no kind of file we know"),
        (b"\n\n%PDF-1.7", "a PDF with something else before it"),
        (b"GIF8", "plain text"),
        (b"\x89PNG", "no kind of file we know"),
        (b"RIFF\x00\x00\x00\x00", "no kind of file we know"),
        (b"\x1a\x45\xdf\xa3", "an EBML file"),
    ],
)
def test_everything_else_is_refused_by_name_and_told_what_is_allowed(head: bytes, name: str) -> None:
    with pytest.raises(UnsupportedType) as refusal:
        media_type(head)

    assert name in str(refusal.value)
    assert "JPEG, PNG, GIF, WebP, MP4, WebM, PDF" in str(refusal.value)
    assert refusal.value.code == "CONTENT_003"
    assert refusal.value.fault.code is FaultCode.KIND


def test_an_empty_file_is_damaged_not_of_a_wrong_type() -> None:
    with pytest.raises(DamagedFile, match="empty"):
        media_type(b"")


@pytest.mark.parametrize(
    "polyglot",
    [
        b"GIF89a/*<script>alert(1)</script>*/",
        b"%PDF-1.4\n<html><body onload=alert(1)>",
        b"\xff\xd8\xff\xfe\x00\x20<?php system($_GET['c']); ?>",
        b"\x89PNG\r\n\x1a\n" + bytes(40) + b"<ScRiPt src=//evil>",
        b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00mp41\x00\x00\x00\x40free<!DOCTYPE html><html>",
    ],
)
def test_a_picture_with_a_program_in_its_head_is_refused(polyglot: bytes) -> None:
    with pytest.raises(UnsupportedType, match="code inside"):
        media_type(polyglot)


PROGRAMS = (
    b"<html><body onload=alert(1)>", b"<!DOCTYPE html><p>x", b"<script>alert(1)</script>", b"<ScRiPt src=//evil>",
    b"<?php system($_GET[0]); ?>", b"<svg onload=alert(1)>", b"<iframe src=javascript:alert(1)>", b"< script >x",
)  # fmt: skip
PLACES = (64, 300, 900)
"""Bytes of the picture before the program."""
POLYGLOTS = {
    f"{kind.value} {program.decode()} at {place}": media.samples()[kind][:place].ljust(place, b"\0") + program
    for kind in MediaType
    for program in PROGRAMS
    for place in PLACES
}


def test_the_corpus_is_large_enough() -> None:
    assert len(POLYGLOTS) >= 150


def test_every_picture_with_a_program_in_it_is_refused_wherever_it_hides() -> None:
    taken = []
    for name, data in POLYGLOTS.items():
        try:
            taken.append((name, media_type(data[:HEAD_BYTES])))
        except UnsupportedType:
            continue

    assert taken == []


def test_it_is_the_program_that_gets_them_refused() -> None:
    """The twin: the same bytes without it are known for what they are."""
    for kind in MediaType:
        for place in PLACES:
            assert media_type(media.samples()[kind][:place].ljust(place, b"\0")) is kind


@pytest.mark.parametrize("comment", [b"", b"a comment behind the directory"])
def test_an_archive_behind_a_picture_is_refused(comment: bytes) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Evil.class", b"\xca\xfe\xba\xbe")
        file.comment = comment

    with pytest.raises(UnsupportedType, match="zip archive"):
        refuse_archive_behind(media.still("GIF") + archive.getvalue())


@pytest.mark.parametrize("kind", list(MediaType))
def test_an_ordinary_file_has_no_archive_behind_it(kind: MediaType) -> None:
    refuse_archive_behind(media.samples()[kind])
    refuse_archive_behind(media.samples()[kind] + b"PK\x05\x06")


def test_every_cut_of_a_head_is_answered_or_refused() -> None:
    for sample in media.samples().values():
        for length in range(1, 80):
            try:
                media_type(sample[:length])
            except UnsupportedType:
                continue
