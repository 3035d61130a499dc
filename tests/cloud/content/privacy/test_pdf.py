import hashlib
import io
from functools import partial

import pypdfium2 as pdfium
import pytest

from cloud.content.media_type import MediaType
from cloud.content.privacy import pdf
from cloud.content.privacy.edits import Strange
from tests.cloud.content import media
from tests.cloud.content.privacy.cleaning import cleaned_as
from tests.cloud.content.privacy.pdfs import SECRETS, locked, looks, stream, telling
from tests.cloud.content.privacy.pdfs import pdf as written
from tests.cloud.content.studio import Studio

cleaned = partial(cleaned_as, kind=MediaType.PDF)


def test_what_a_document_tells_goes_and_every_pixel_stays() -> None:
    document = telling()
    assert all(secret in document for secret in SECRETS)

    kept = cleaned(document)

    assert kept is not None
    assert [secret for secret in SECRETS if secret in kept] == []
    assert looks(kept) == looks(document)
    with pdfium.PdfDocument(kept) as opened:
        assert opened.get_metadata_dict(skip_empty=True) == {}
        assert opened.count_attachments() == 0


def test_a_layer_that_is_off_stays_off() -> None:
    """The red that it would draw covers the page."""
    red = bytes((0, 0, 255))
    kept = cleaned(telling())
    assert kept is not None

    assert all(pixels[:3] != red for pixels in looks(kept))
    assert looks(kept.replace(b"/OFF", b"/ON "))[0][:3] == red


def test_cleaning_a_clean_document_again_changes_nothing() -> None:
    for document in (telling(), locked(), media.document()):
        once = cleaned(document)

        assert once is not None
        assert cleaned(once) is None


def test_a_document_that_is_only_locked_against_changes_is_cleaned_too() -> None:
    document = locked()
    assert looks(document)[0].count(bytes((0, 0, 255))) >= 10_000

    kept = cleaned(document)

    assert kept is not None
    assert b"Encrypt" not in kept
    assert looks(kept) == looks(document)


@pytest.mark.parametrize("left", ["TELL", "TELL_OF_A_REMARK"])
def test_a_twin_that_leaves_keys_where_they_are_still_tells(left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, left, frozenset())

    kept = cleaned(telling())

    assert kept is not None
    assert any(secret in kept for secret in SECRETS)


def test_a_form_keeps_the_names_of_its_fields_and_a_signature_its_picture_only() -> None:
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 6 0 R]/XFA[(a)(Sam Smith)]>>"
        b"/DSS<</Certs[(Sam Smith)]>>>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Annots[4 0 R 6 0 R]/Resources<<>>>>",
        4: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(signed)/Rect[10 10 90 40]/V 5 0 R/AP<</N 7 0 R>>>>",
        5: b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<aabb>/Name(Sam Smith)/Location(Berlin)>>",
        6: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(guests)/V(four)/Rect[10 60 90 90]/AP<</N 7 0 R>>>>",
        7: stream(b"/Type/XObject/Subtype/Form/BBox[0 0 80 30]", b"0 0 1 rg 0 0 80 30 re f"),
    }
    document = written(objects, b"/Size 8/Root 1 0 R")

    kept = cleaned(document)

    assert kept is not None
    assert [word for word in (b"Sam", b"Berlin", b"aabb") if word in kept] == []
    assert b"(guests)" in kept
    assert b"(signed)" in kept
    assert looks(kept) == looks(document)


def test_a_picture_of_another_kind_is_cleaned_without_changing_its_length() -> None:
    boxes = (
        media.mp4_box(b"jP  ", b"\r\n\x87\n") + media.mp4_box(b"uuid", b"+52.5200 Sam") + media.mp4_box(b"jp2c", b"x")
    )
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</XObject<</Photo 4 0 R>>>>>>",
        4: stream(b"/Subtype/Image/Width 1/Height 1/Filter[/JPXDecode]", boxes),
    }

    kept = cleaned(written(objects, b"/Size 5/Root 1 0 R"))

    assert kept is not None
    assert b"Sam" not in kept
    assert b"/Length %d" % len(boxes) in kept


def test_a_photo_that_can_not_be_followed_and_tells_something_is_strange() -> None:
    document = telling()
    at = document.index(b"Exif\0\0")

    with pytest.raises(Strange):
        cleaned(document[: at - 4] + b"\xff\xff" + document[at - 2 :])


@pytest.mark.parametrize("document", [b"%PDF-1.4\n%%EOF\n", telling()[:300], b"%PDF-1.4\n" + b"1 0 obj [" * 5000])
def test_what_is_no_document_is_strange(document: bytes) -> None:
    with pytest.raises(Strange):
        cleaned(document)


def test_the_cloud_keeps_a_document_without_its_author(studio: Studio) -> None:
    document = telling()

    shown = studio.ready(document)

    kept = studio.person.get(shown["fileUrl"]).content
    assert (shown["uploadStatus"], shown["pages"]) == ("ready", 1)
    assert [secret for secret in SECRETS if secret in kept] == []
    assert shown["originalSha256"] == hashlib.sha256(document).hexdigest()
    assert shown["sha256"] == hashlib.sha256(kept).hexdigest()


def test_a_document_as_pdfium_makes_it_is_the_same_afterwards() -> None:
    made, out = pdfium.PdfDocument.new(), io.BytesIO()
    made.new_page(300, 200)
    made.save(out)
    made.close()

    kept = cleaned(out.getvalue())

    assert kept is not None
    assert looks(kept) == looks(out.getvalue())
