"""A file that can't be shown, on its way up: the dock and the first picture say why in the reader's language."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.cloud.content import media
from tests.journeys.browser import visitor
from tests.journeys.doors import sign_up
from tests.journeys.full_house import cloud_process
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow
PIECES = "**/api/uploads/*"
CUT_OFF = {
    "en": "The PNG file is cut off: its end is missing. Upload the whole file.",
    "de": "Die PNG-Datei ist abgeschnitten: Ihr Ende fehlt. Laden Sie die ganze Datei hoch.",
    "ar": "ملف \N{LEFT-TO-RIGHT ISOLATE}PNG\N{POP DIRECTIONAL ISOLATE} مبتور: نهايته مفقودة. ارفع الملف كاملًا.",
}
GIST = "Die Datei ist beschädigt oder nicht das, was ihr Name sagt."
SETTLE = """
async (id) => {
  const at = document.querySelector("script[src*='/content.js']").src;
  const { settled } = await import(at.replace("content.js", "upload.js"));
  return settled(id).then(() => "fine", (problem) => problem.message);
}
"""


HEIC = {
    "en": "The file looks like an HEIC image, which can't be shown.",
    "de": "Die Datei sieht aus wie ein HEIC-Bild; das kann nicht gezeigt werden.",
    "ar": "يبدو أن الملف صورة HEIC، وهذا لا يمكن عرضه.",
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cloud_process(tmp_path_factory.mktemp("unfit") / "var") as url:
        yield url


@pytest.fixture(scope="module")
def person(cloud: str, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium) as person:
        sign_up(person, cloud)
        yield person


@pytest.fixture(scope="module")
def whole(cloud: str, person: Page) -> str:
    """The id of a picture that is fine."""
    return sent(cloud, person, media.still("PNG"), "ready")


def sent(cloud: str, person: Page, data: bytes, becomes: str) -> str:
    file: Any = {"name": "Poster.png", "mimeType": "image/png", "buffer": data}
    answer = person.request.post(f"{cloud}/api/content", multipart={"file": file}, headers={"origin": cloud})
    address = f"{cloud}/api/content/{answer.json()['id']}"
    eventually(lambda: person.request.get(address).json()["uploadStatus"] == becomes, f"Poster.png {becomes}")
    return str(answer.json()["id"])


def speak(cloud: str, person: Page, language: str) -> None:
    answer = person.request.put(f"{cloud}/api/auth/me/settings", data={"language": language}, headers={"origin": cloud})
    assert answer.ok, answer.text()


def put_in_place(cloud: str, person: Page, content_id: str, file: Path) -> None:
    file.write_bytes(media.still("PNG")[:-20])
    person.goto(f"{cloud}/content/{content_id}")
    person.locator("#new-version").set_input_files(file)


@pytest.mark.parametrize("language", CUT_OFF)
def test_the_dock_says_what_is_wrong_with_a_file_and_what_to_do(
    cloud: str, person: Page, whole: str, tmp_path: Path, language: str
) -> None:
    speak(cloud, person, language)
    put_in_place(cloud, person, whole, tmp_path / "Broken.png")

    expect(person.locator("#dock .upload.failed .upload-state")).to_have_text(CUT_OFF[language])
    person.locator("#dock [data-cancel]").click()


def test_without_the_fault_s_code_the_dock_knows_the_gist_only(
    cloud: str, person: Page, whole: str, tmp_path: Path
) -> None:
    def without_the_fault(route: Route) -> None:
        answer = route.fetch()
        body = answer.json() | {"details": {}} if answer.status == 422 else None
        route.fulfill(response=answer, json=body) if body else route.fulfill(response=answer)

    speak(cloud, person, "de")
    person.route(PIECES, without_the_fault)
    put_in_place(cloud, person, whole, tmp_path / "Broken.png")

    expect(person.locator("#dock .upload.failed .upload-state")).to_have_text(GIST)
    person.unroute(PIECES)
    person.locator("#dock [data-cancel]").click()


@pytest.mark.parametrize("language", HEIC)
def test_a_file_of_a_kind_that_cant_be_shown_is_named_with_what_is_allowed(
    cloud: str, person: Page, language: str
) -> None:
    speak(cloud, person, language)
    person.goto(f"{cloud}/content")

    person.locator("#files").set_input_files(
        {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"}
    )

    told = person.locator("#dock .upload.failed .upload-state")
    expect(told).to_contain_text(HEIC[language])
    expect(told).to_contain_text("JPEG, PNG, GIF, WebP, MP4, WebM, PDF")
    person.locator("#dock [data-cancel]").click()


@pytest.mark.parametrize("language", CUT_OFF)
def test_who_waits_for_the_check_hears_the_same(cloud: str, person: Page, language: str) -> None:
    broken = sent(cloud, person, media.still("PNG")[:-20], "failed")
    speak(cloud, person, language)
    person.goto(f"{cloud}/content")

    assert person.evaluate(SETTLE, broken) == CUT_OFF[language]
    expect(person.locator(f"#content-{broken} .reason")).to_have_text(CUT_OFF[language])
