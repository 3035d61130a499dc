"""Why a file can't be shown, as pages say it: in the reader's language, with what to do next."""

from typing import Any

import msgspec
import pytest

from cloud.content.file_faults import FOUND, SENTENCES, FaultCode, FileFault, Parts
from cloud.content.strangers import NAMES
from cloud.web.catalogs import Catalogs
from cloud.web.problems import unfit
from cloud.web.speech import speaking
from tests.cloud.web.pseudo import english
from tests.cloud.web.site import api, browser
from tests.fakes.public_api import content
from tests.test_messages import FILLED

CUT_OFF = {"code": "cut-off", "parts": {"have": 1234, "want": 5_678_901}}
CATALOGS = Catalogs()


def failed(fault: Any, sentence: str = "The file is cut off.") -> dict[str, Any]:
    return content("c9", title="Bad", uploadStatus="failed", uploadError=sentence, uploadFault=fault)


def every_fault() -> list[FileFault]:
    """One of each, with numbers for all its parts; one for each name of a file that can't be shown."""
    numbers: Parts = dict.fromkeys(("type", "language", "brand", "doctype", "allowed"), 7.25)
    kinds = [FileFault(FaultCode.KIND, numbers | {FOUND: name}) for name in sorted(NAMES)]
    rest = [code for code in FaultCode if code is not FaultCode.KIND]
    return [FileFault(code, dict.fromkeys(FILLED.findall(SENTENCES[code]), 7.25)) for code in rest] + kinds


def test_in_english_it_is_the_api_s_sentence_without_the_decoder_s_words() -> None:
    parts = {"type": "image/jpeg", "said": "image file is truncated"}
    told = unfit(failed({"code": "undecodable", "parts": parts}))

    assert told == SENTENCES[FaultCode.UNDECODABLE] % parts


@pytest.mark.parametrize(
    ("language", "says"),
    [("de", "Sie hat 1.234 Bytes und müsste nach eigener Angabe mindestens 5.678.901 haben."), ("ar", "الملف مبتور")],
)
def test_it_is_said_in_the_reader_s_language_and_numbers_as_written_there(language: str, says: str) -> None:
    token = speaking.set(CATALOGS.speech(language))
    told = unfit(failed(CUT_OFF))
    speaking.reset(token)

    assert says in told


def test_no_fault_is_left_untranslated(pseudo: None) -> None:
    told = [unfit(failed(msgspec.to_builtins(fault))) for fault in every_fault()]

    assert [english(one) for one in told if english(one)] == []
    assert all(
        "7,2" in one or "%(" not in SENTENCES[fault.code] for one, fault in zip(told, every_fault(), strict=True)
    )


@pytest.mark.parametrize("path", ["/content", "/content/c9"])
@pytest.mark.parametrize("fault", [None, {"code": "of-tomorrow", "parts": {"x": 1}}])
def test_what_has_no_code_that_is_known_here_has_the_api_s_sentence_marked_as_english(path: str, fault: Any) -> None:
    full = api()
    full.contents = [failed(fault, "The file ends too early.")]

    page = browser(full).get(path, headers={"accept-language": "de"}).text

    assert '<p class="reason" lang="en" dir="ltr">The file ends too early.</p>' in page


@pytest.mark.parametrize("path", ["/content", "/content/c9"])
def test_the_pages_of_content_say_it(path: str) -> None:
    full = api()
    full.contents = [failed(CUT_OFF)]

    page = browser(full).get(path, headers={"accept-language": "de"}).text

    assert '<p class="reason">Die Datei ist abgeschnitten' in page
    assert "The file is cut off" not in page


def words_of_scripts() -> Any:
    return msgspec.json.decode(CATALOGS.script("de").partition("vizoraWords = ")[2].partition(";\n")[0])


def test_scripts_have_the_words_of_every_fault() -> None:
    faults = words_of_scripts()["faults"]

    assert set(faults) == set(FaultCode)
    assert faults["no-video"].startswith("Die Datei hat keine Bilder")


def test_scripts_have_the_names_of_files_that_cant_be_shown() -> None:
    strangers = words_of_scripts()["strangers"]

    assert set(strangers) == NAMES
    assert strangers["an HEIC image"] == "ein HEIC-Bild"
