"""Blanks what an MP4 tells of place, camera and author; its pictures, sound and which way up they are stay as they are.

What is kept is listed, everything else goes: of tracks those of pictures and sound, of boxes those that show them, of
the data what the kept tracks are made of. Boxes that go become `free` ones of the same length, so that nothing moves.
"""

import re
import struct
from collections.abc import Iterable, Iterator

from cloud.content.privacy.boxes import Box, boxes
from cloud.content.privacy.edits import MOST, Edit, Piece, Span, Strange, changed, joined, zeros_but
from cloud.content.privacy.mp4_samples import chunks, header, run

SEEN = (b"vide", b"soun")
"""Handlers of the tracks that are kept. Cameras fill others with places and names; no screen shows them."""
STAYS = {
    b"": b"ftyp styp sidx ssix pdin mfra wide".split(),
    b"moov": b"mvhd mvex iods pssh".split(),
    b"moof": b"mfhd traf pssh".split(),
}
"""Boxes that stay as they are, by where they are. What is in a kept track is looked at by `_track`."""
TELL_NOTHING = frozenset(b"hdlr ludt chpl hnti tsel \xa9too \xa9nam".split())
"""In user data (`udta`, `meta`): the title, loudness, chapters, the program that wrote the file."""
UUIDS = (
    bytes.fromhex("ffcc8263f8554a938814587a02521fdd"),
    bytes.fromhex("a2394f525a9b4f14a2446c427c648df4"),
    bytes.fromhex("6d1d9b0542d544e680e2141daff757b2"),
    bytes.fromhex("d4807ef2ca3946958e5426cb9e46a79f"),
)
"""`uuid` boxes that stay: how a picture goes around, and what smooth streaming needs."""
PROGRAMS = re.compile(
    rb"[\0-\x20]*(?:(?:Video|Sound|Audio) ?Handle|Core Media (?:Video|Audio)|Mainconcept|L-SMASH|Bento4|GPAC|ISO Media"
    rb"|Apple (?:Video|Sound) Media Handler|(?:AVC|HEVC|AV1|AOM|VPC) Coding|Lavc|x26[45])"
)
"""Names of tracks and coders that are those of programs; cameras write their own."""


class _Film:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.edits: list[Edit] = []
        self.kept: list[Span] = []
        self.media: list[Box] = []
        self.tracks: set[int] = set()
        self.sizes: dict[int, int] = {}
        self._left = iter(range(MOST))

    def inside(self, box: Box, skip: int = 0) -> Iterator[Box]:
        return boxes(self.data, box.body + skip, box.end, self._left)

    def blank(self, box: Box) -> None:
        self.edits += [Edit(box.start + 4, box.start + 8, b"free"), Edit(box.body, box.end)]

    def number(self, at: int) -> int:
        return int(struct.unpack_from(">I", self.data, at)[0])

    def zero(self, start: int, end: int) -> None:
        self.edits.append(Edit(start, end))


def without_private_boxes(data: memoryview) -> list[Piece] | None:
    """The pieces of the same film with all that is not seen or heard blanked; None when there is nothing of it.

    Raises Strange or struct.error.
    """
    film = _Film(data)
    for box in film.inside(Box(b"", 0, 0, len(data))):
        if box.kind == b"moov":
            _movie(film, box)
        elif box.kind == b"mdat":
            film.media.append(box)
        elif box.kind == b"moof":
            _fragment(film, box)
        else:
            _other(film, box, b"")
    if not film.tracks:  # a packed index, say: what is shown is then not known
        raise Strange
    kept = joined(film.kept)
    for box in film.media:
        film.edits += zeros_but(box.body, box.end, kept)
    return changed(data, _checked(film.edits, kept))


def _checked(edits: list[Edit], kept: list[Span]) -> Iterator[Edit]:
    """The edits, of which none touches a sample that is kept: then the file is not what it says."""
    for edit in edits:
        if list(zeros_but(edit.start, edit.end, kept)) != [Edit(edit.start, edit.end)] and edit.start < edit.end:
            raise Strange
        yield edit


def _other(film: _Film, box: Box, within: bytes) -> None:
    if box.kind in (b"free", b"skip"):
        film.zero(box.body, box.end)
    elif box.kind in (b"udta", b"meta"):
        if _tells(film, box):
            film.blank(box)
    elif box.kind == b"uuid":
        if bytes(film.data[box.body : box.body + 16]) not in UUIDS:
            film.blank(box)
    elif box.kind not in STAYS[within]:
        film.blank(box)


def _tells(film: _Film, box: Box) -> bool:
    """Whether there is anything in it that is not known to tell nothing."""
    try:
        if box.kind == b"meta":  # QuickTime's has no version before its boxes
            return any(_tells(film, part) for part in film.inside(box, 4 * (film.number(box.body) == 0)))
        if box.kind in (b"udta", b"ilst"):
            return any(_tells(film, part) for part in film.inside(box))
    except (Strange, struct.error):
        return True
    if box.kind in (b"free", b"skip"):
        return any(film.data[box.body : box.end])
    return box.kind not in TELL_NOTHING


def _movie(film: _Film, moov: Box) -> None:
    for box in film.inside(moov):
        if box.kind == b"trak":
            _track(film, box)
        else:
            _other(film, box, b"moov")
        if box.kind == b"mvex":
            for trex in (part for part in film.inside(box) if part.kind == b"trex"):
                film.sizes[film.number(trex.body + 4)] = film.number(trex.body + 16)


def _track(film: _Film, trak: Box) -> None:
    """Keeps one of pictures or sound without what it tells; blanks another."""
    parts = {box.kind: box for box in film.inside(trak)}
    media = {box.kind: box for box in film.inside(_one(parts, b"mdia"))}
    handler, head = _one(media, b"hdlr"), _one(parts, b"tkhd")
    kind = bytes(film.data[handler.body + 8 : handler.body + 12])
    if kind not in SEEN:
        film.blank(trak)
        return
    information = {box.kind: box for box in film.inside(_one(media, b"minf"))}
    table = {box.kind: box for box in film.inside(_one(information, b"stbl"))}
    film.tracks.add(film.number(head.body + (20 if film.data[head.body] else 12)))
    film.kept += chunks(film.data, table)
    _spare(film, film.inside(trak))
    _name(film, handler.body + 24, handler.end)
    if kind == b"vide":
        for entry in film.inside(_one(table, b"stsd"), 8):
            _name(film, entry.body + 42, min(entry.body + 74, entry.end))


def _one(parts: dict[bytes, Box], kind: bytes) -> Box:
    if kind not in parts:
        raise Strange
    return parts[kind]


def _name(film: _Film, start: int, end: int) -> None:
    name = bytes(film.data[start:end])
    if not PROGRAMS.match(name):
        film.zero(start, end)


def _fragment(film: _Film, moof: Box) -> None:
    goes_on_at = moof.start
    for box in film.inside(moof):
        if box.kind != b"traf":
            _other(film, box, b"moof")
            continue
        parts = list(film.inside(box))
        about = next((header(film.data, part) for part in parts if part.kind == b"tfhd"), None)
        if about is None:
            raise Strange
        base = moof.start if about.on_its_moof else goes_on_at
        base = goes_on_at = base if about.base is None else about.base
        size = film.sizes.get(about.track, 0) if about.size is None else about.size
        runs = []
        for part in parts:
            if part.kind == b"trun":
                runs.append(run(film.data, part, base, goes_on_at, size))
                goes_on_at = runs[-1][1]
        if about.track in film.tracks:
            film.kept += runs
            _spare(film, parts)
        else:
            film.blank(box)


def _spare(film: _Film, parts: Iterable[Box]) -> None:
    """Of what is kept, the boxes that may tell something."""
    for part in parts:
        if part.kind in (b"udta", b"meta", b"uuid", b"free", b"skip"):
            _other(film, part, b"")
