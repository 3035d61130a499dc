"""Documents as offices, scanners and cameras make them, written by hand: what they tell is in corners."""

import hashlib
import io
from collections.abc import Mapping

import pypdfium2 as pdfium
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

from tests.cloud.content import media

SECRETS = (b"Sam Smith", b"Spycam", b"old price", b"plan.xls", b"what was planned")
PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def stream(about: bytes, data: bytes) -> bytes:
    return b"<<" + about + b"/Length %d>>stream\n" % len(data) + data + b"\nendstream"


def pdf(objects: Mapping[int, bytes], trailer: bytes, before: bytes = b"%PDF-1.6\n") -> bytes:
    """One revision of these objects, behind `before`."""
    out, places = io.BytesIO(), {}
    out.write(before)
    for number, object_ in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + object_ + b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        out.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    out.write(b"trailer\n<<" + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


def telling() -> bytes:
    """Of two revisions, with an author everywhere, a photo with its place, an attachment and a layer that is off."""
    photo = media.photo(size=(160, 90))
    first = {
        1: b"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>/AF[6 0 R]"
        b"/OCProperties<</OCGs[11 0 R]/D<</OFF[11 0 R]>>>>>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Annots[9 0 R 12 0 R]/LastModified(D:2026)"
        b"/PieceInfo<</Word<</Private(Sam Smith)>>>>/Resources<</XObject<</Photo 8 0 R>>/Font<</F 13 0 R>>"
        b"/Properties<</Layer 11 0 R>>>>>>",
        4: stream(b"", b"BT /F 20 Tf 20 20 Td (old price 99) Tj ET"),
        5: stream(b"/Type/Metadata/Subtype/XML", b"<x:xmpmeta><dc:creator>Sam Smith</dc:creator></x:xmpmeta>"),
        6: b"<</Type/Filespec/F(/home/sam/plan.xls)/EF<</F 7 0 R>>>>",
        7: stream(b"/Type/EmbeddedFile", b"what was planned"),
        8: stream(
            b"/Type/XObject/Subtype/Image/Width 160/Height 90/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
            photo,
        ),
        9: b"<</Type/Annot/Subtype/Square/Rect[200 20 280 60]/C[1 0 0]/T(Sam Smith)/Contents(look)>>",
        10: b"<</Author(Sam Smith)/Creator(Spycam scanner)/Title(A menu)>>",
        11: b"<</Type/OCG/Name(notes)/Usage<</CreatorInfo<</Creator(Sam Smith)>>>>>>",
        12: b"<</Type/Annot/Subtype/FileAttachment/Rect[10 150 30 170]/FS 6 0 R/T(Sam Smith)>>",
        13: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    before = pdf(first, b"/Size 14/Root 1 0 R/Info 10 0 R")
    page = (
        b"q 160 0 0 90 20 80 cm /Photo Do Q BT /F 20 Tf 20 20 Td (new price \\(49\\)) Tj ET"
        b" /OC /Layer BDC 1 0 0 rg 0 0 300 200 re f EMC"
    )
    place = before.rindex(b"xref\n0 1")
    return pdf({4: stream(b"", page)}, b"/Size 14/Root 1 0 R/Info 10 0 R/Prev %d" % place, before)


def locked() -> bytes:
    """As `media.document`, encrypted with an owner's password only: it opens, and must not be changed or printed."""
    owner = _arc4(hashlib.md5((b"secret" + PADDING)[:32]).digest()[:5], PADDING)
    key = hashlib.md5(PADDING + owner + b"\xfc\xff\xff\xff" + b"id").digest()[:5]

    def hidden(number: int, data: bytes) -> bytes:
        return _arc4(hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], data)

    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<<>>>>",
        4: stream(b"", hidden(4, b"1 0 0 rg 50 50 100 100 re f")),
        5: b"<</Author<" + hidden(5, b"Sam Smith").hex().encode() + b">>>",
        6: b"<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>"
        % (owner.hex().encode(), _arc4(key, PADDING).hex().encode()),
    }
    return pdf(objects, b"/Size 7/Root 1 0 R/Info 5 0 R/Encrypt 6 0 R/ID[<6964><6964>]")


def _arc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


def looks(document: bytes) -> list[bytes]:
    """The pixels of each page, forms and annotations with them."""
    opened = pdfium.PdfDocument(document)
    opened.init_forms()
    pages = [bytes(page.render(scale=1).buffer) for page in opened]
    opened.close()
    return pages
