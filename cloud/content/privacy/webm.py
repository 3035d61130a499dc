"""Blanks what a WebM tells beside its pictures and sound (RFC 9559); whatever stays, stays where it is.

What is kept is listed, everything else becomes a Void of the same length: attachments, tags that name more than
programs, and tracks that are neither picture nor sound, with their packets.
"""

import re

from cloud.content.privacy.ebml import CRC, VOID, Element, Elements
from cloud.content.privacy.edits import Piece, Strange, changed

HEADER, SEGMENT = 0x1A45DFA3, 0x18538067
SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER, TAGS = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1F43B675, 0x1254C367
ATTACHMENTS, CHAPTERS = 0x1941A469, 0x1043A770
IN_SEGMENT = frozenset((SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER, TAGS, ATTACHMENTS, CHAPTERS))
SEEK, SEEK_ID = 0x4DBB, 0x53AB
FILE_NAMES = (0x7384, 0x3C83AB, 0x3E83BB)
"""This file's, and those of the ones before and after it."""
TRACK, NUMBER, TYPE = 0xAE, 0xD7, 0x83
PICTURES, SOUND = 1, 2
ABOUT_A_TRACK = (0x536E, 0x7446, 0x3A9697, 0x3B4040, 0x26B240)
"""Its name, attachment, and how it was encoded."""
CODEC, PRIVATE = 0x86, 0x63A2
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
IN_CLUSTER = (0xE7, 0xA7, 0xAB)
"""Its time and place."""
TAG, SIMPLE_TAG, TAG_NAME = 0x7373, 0x67C8, 0x45A3
TELL_NOTHING = re.compile(
    "ENCODER|DURATION|TITLE|LANGUAGE|ALPHA_MODE|CREATION_TIME|BPS|NUMBER_OF_(?:FRAMES|BYTES)|_STATISTICS_.*"
    "|MAJOR_BRAND|MINOR_VERSION|COMPATIBLE_BRANDS|VENDOR_ID",
    re.IGNORECASE,
)
"""Names of tags that are about the file, not about somebody."""


class _Film(Elements):
    def __init__(self, data: memoryview) -> None:
        super().__init__(data)
        self.kept: set[int] = set()
        self.gone: set[int] = set()
        self.seeks: list[tuple[Element, int]] = []


def without_private_elements(data: memoryview) -> list[Piece] | None:
    """The pieces of the same film with all that is not seen or heard blanked; None when there is nothing of it.

    Raises Strange or IndexError.
    """
    film = _Film(data)
    top = film.inside(Element(0, 0, 0, len(data)))
    if next(top).id != HEADER:
        raise Strange
    segment = next((one for one in top if one.id != VOID), None)
    if segment is None or segment.id != SEGMENT:
        raise Strange
    _segment(film, segment)
    if bytes(data[segment.end : segment.end + 4]) == HEADER.to_bytes(4, "big"):
        raise Strange  # another film behind it, which may be shown
    film.zero(segment.end, len(data))
    return changed(data, film.edits)


def _segment(film: _Film, segment: Element) -> None:
    at, checksum = segment.body, None
    while at < segment.end:
        around = Element(0, at, at, segment.end, segment.endless)
        one = next(film.inside(around))
        at = one.end
        if one.id == CLUSTER:
            at = _cluster(film, one)
        elif one.id == CRC:
            checksum = one
        else:
            _part(film, one)
    for seek, name in film.seeks:
        if name in film.gone:
            film.blank(seek)
    if checksum and film.edits:
        film.blank(checksum)


def _part(film: _Film, one: Element) -> None:
    if one.id == SEEK_HEAD:
        for seek in film.inside(one):
            names = [film.number(part) for part in film.inside(seek) if part.id == SEEK_ID] if seek.id == SEEK else []
            film.seeks += [(seek, name) for name in names]
    elif one.id == INFO:
        _without(film, one, FILE_NAMES)
    elif one.id == TRACKS:
        for track in film.children(one):
            _track(film, track)
    elif one.id == VOID:
        film.zero(one.body, one.end)
    elif one.id != CUES and not (one.id == TAGS and _tags_tell_nothing(film, one)):
        film.blank(one)
        film.gone.add(one.id)


def _without(film: _Film, around: Element, names: tuple[int, ...]) -> None:
    for one in film.children(around):
        if one.id in names:
            film.blank(one)


def _track(film: _Film, track: Element) -> None:
    parts = {one.id: one for one in film.inside(track)}
    if track.id != TRACK or NUMBER not in parts or TYPE not in parts:
        raise Strange
    if film.number(parts[TYPE]) not in (PICTURES, SOUND):
        film.blank(track)
        return
    film.kept.add(film.number(parts[NUMBER]))
    _without(film, track, ABOUT_A_TRACK)


def _tags_tell_nothing(film: _Film, around: Element) -> bool:
    for one in film.inside(around):
        if one.id in (TAG, SIMPLE_TAG):
            if not _tags_tell_nothing(film, one):
                return False
        elif one.id == TAG_NAME:
            if not TELL_NOTHING.fullmatch(film.text(one)):
                return False
        elif one.id == VOID and any(film.data[one.body : one.end]):
            return False
    return True


def _cluster(film: _Film, cluster: Element) -> int:
    """Blanks packets of other tracks; returns where it ends, which one of a live recording does not say."""
    at, before, checksum = cluster.body, len(film.edits), None
    for one in film.inside(cluster, until=IN_SEGMENT):
        at = one.end
        if one.id == SIMPLE_BLOCK:
            if film.vint(one.body)[0] not in film.kept:
                film.blank(one)
        elif one.id == BLOCK_GROUP:
            if not any(part.id == BLOCK and film.vint(part.body)[0] in film.kept for part in film.inside(one)):
                film.blank(one)
        elif one.id == VOID:
            film.zero(one.body, one.end)
        elif one.id == CRC:
            checksum = one
        elif one.id not in IN_CLUSTER:
            film.blank(one)
    if checksum and len(film.edits) > before:
        film.blank(checksum)
    return at
