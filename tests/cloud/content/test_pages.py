"""Pages of a PDF as pictures: drawn once, by the confined decoder, and only of what is there."""

import io

import pytest
from PIL import Image

from tests.cloud.content import media
from tests.cloud.content.studio import Studio


def test_each_page_is_a_picture_of_a_readable_size(studio: Studio) -> None:
    content = studio.ready(media.document(pages=2))

    sizes = []
    for number in (1, 2):
        answer = studio.person.get(f"/api/content/{content['id']}/pages/{number}")
        assert answer.headers["content-type"] == "image/webp"
        sizes.append(max(Image.open(io.BytesIO(answer.content)).size))

    assert sizes == [1600, 1600]


def test_a_page_is_drawn_once(studio: Studio) -> None:
    content = studio.ready(media.document())
    path = f"/api/content/{content['id']}/pages/2"
    first, stored = studio.person.get(path), studio.stored()

    again = studio.person.get(path)

    assert again.content == first.content
    assert studio.stored() == stored
    assert studio.person.client.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "99999", "1.webp"])
def test_there_is_no_other_page(studio: Studio, number: str) -> None:
    content = studio.ready(media.document(pages=3))

    assert studio.person.get(f"/api/content/{content['id']}/pages/{number}").status_code == 404


def test_what_is_no_pdf_has_no_pages(studio: Studio) -> None:
    content = studio.ready(media.still("PNG"))

    assert studio.person.get(f"/api/content/{content['id']}/pages/1").status_code == 404
