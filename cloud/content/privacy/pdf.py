"""Writes a PDF anew without what its pages do not show: by whom, where and with what it was made, what is attached, and
what it was before.

pdfium reads it, whatever it is like (compressed, damaged, of many revisions), and writes each object that is in force.
Of those only the ones are kept that can be reached from the catalog once the keys are gone that tell something.
"""

import io
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from cloud.content.media_type import MediaType
from cloud.content.privacy.boxes import boxes
from cloud.content.privacy.edits import Edit, Piece, Strange, changed
from cloud.content.privacy.pdf_objects import Dictionary, Object, Objects, Reference, references, written
from cloud.content.privacy.pictures import without_private_parts

MOST = 1_000_000
"""Objects of one document."""
TELL = frozenset(
    b"/Metadata /PieceInfo /LastModified /AF /EF /EmbeddedFiles /Collection /Thumb".split()
    + b"/CreatorInfo /DSS /Perms /XFA".split()
)
"""Keys that go wherever they are."""
SIGNATURE = frozenset(b"/Type /Filter /SubFilter /ByteRange".split())
"""What stays of a signature, which no longer fits anyway: not the name in it, the place and the certificates."""
REMARKS = frozenset(
    b"/Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Caret /Stamp"
    b" /Ink /Popup /FileAttachment /Sound /Redact".split()
)
TELL_OF_A_REMARK = frozenset(b"/T /M /NM /CreationDate /FS".split())
"""Of an annotation: who made it, when, and the file that hangs on it. (A form's field has its name in /T.)"""
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def without_private_objects(data: memoryview) -> list[Piece] | None:
    """The pieces of the same document written anew; None when this is how it is. Raises Strange."""
    try:
        pieces = list(_anew(Objects(_as_pdfium_writes_it(data))))
    except (pdfium.PdfiumError, ValueError) as fault:
        raise Strange from fault
    at = 0
    for piece in pieces:
        if data[at : at + len(piece)] != piece:
            return pieces
        at += len(piece)
    return None if at == len(data) else pieces


def _as_pdfium_writes_it(data: memoryview) -> memoryview:
    document, out = pdfium.PdfDocument(_Reader(data)), io.BytesIO()
    try:
        document.save(out, flags=pdfium_c.FPDF_NO_INCREMENTAL | pdfium_c.FPDF_REMOVE_SECURITY)
    finally:
        document.close()
    return out.getbuffer()


def _anew(objects: Objects) -> Iterator[Piece]:
    """Objects in the order in which they are come across, the catalog first."""
    root = objects.trailer.get(b"/Root")
    if not isinstance(root, Reference):
        raise Strange
    numbers, order, places = {root.number: 1}, [root.number], list[int]()
    at = len(HEADER)
    yield HEADER
    for number in order:  # which grows meanwhile
        if len(order) > MOST:
            raise Strange
        object_ = _kept(objects, objects[number])
        for other in references(object_.value):
            if other in objects and other not in numbers:
                order.append(other)
                numbers[other] = len(order)
        places.append(at)
        for piece in _written(len(places), object_, numbers):
            at += len(piece)
            yield piece
    lines = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    size = len(places) + 1
    yield b"xref\n0 %d\n0000000000 65535 f\r\n" % size + lines
    yield b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, at)


def _written(number: int, object_: Object, numbers: dict[int, int]) -> list[Piece]:
    head = b"%d 0 obj\n" % number + written(object_.value, numbers)
    if object_.stream is None:
        return [head + b"\nendobj\n"]
    return [head + b"stream\r\n", object_.stream, b"\r\nendstream\nendobj\n"]


def _kept(objects: Objects, object_: Object) -> Object:
    value, stream = _without_telling(objects, object_.value), object_.stream
    if stream is not None and isinstance(value, Dictionary):
        stream = _picture(objects, value, stream)
        value[b"/Length"] = b"%d" % len(stream)
    return Object(value, stream)


def _without_telling(objects: Objects, value: object) -> object:
    if isinstance(value, list):
        return [_without_telling(objects, part) for part in value]
    if not isinstance(value, Dictionary):
        return value
    gone = TELL_OF_A_REMARK if objects.resolved(value.get(b"/Subtype")) in REMARKS else frozenset()
    return Dictionary(
        (name, _without_telling(objects, part))  # type: ignore[misc]
        for name, part in value.items()
        if name not in TELL and name not in gone and (b"/ByteRange" not in value or name in SIGNATURE)
    )


def _picture(objects: Objects, about: Dictionary, stream: memoryview) -> memoryview:
    """A photo that was put in as the camera made it, without its place."""
    filter_ = objects.resolved(about.get(b"/Filter"))
    if isinstance(filter_, list) and len(filter_) == 1:
        filter_ = filter_[0]
    pieces: list[Piece] | None = None
    if filter_ == b"/DCTDecode":
        try:
            pieces = without_private_parts(stream, MediaType.JPEG)
        except (Strange, IndexError, ValueError):
            if b"Exif\0\0" in bytes(stream) or b"ns.adobe.com/xap" in bytes(stream):
                raise
    elif filter_ == b"/JPXDecode" and bytes(stream[:4]) != b"\xff\x4f\xff\x51":
        telling = (box for box in boxes(stream, 0, len(stream), iter(range(MOST))) if box.kind in (b"xml ", b"uuid"))
        pieces = changed(stream, (Edit(box.body, box.end) for box in telling))
    return stream if pieces is None else memoryview(b"".join(pieces))


class _Reader(io.RawIOBase):
    """What pdfium reads from."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._data[self._at : self._at + len(buffer)]
        memoryview(buffer).cast("B")[: len(part)] = part  # an array of ctypes, which copies slowly by itself
        self._at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, len(self._data))[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True
