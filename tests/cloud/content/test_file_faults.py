"""Why a file can't be shown: a code with its parts, and the sentence that is made of them."""

import msgspec
import pytest

from cloud.content import strangers
from cloud.content.file_faults import SENTENCES, FaultCode, FileFault, fault


def test_every_code_has_a_sentence_that_says_what_to_do() -> None:
    advice = ("pload", "make it ", "make several", "make them")

    assert set(SENTENCES) == set(FaultCode)
    assert [code for code, sentence in SENTENCES.items() if not any(word in sentence for word in advice)] == []
    assert [code for code, sentence in SENTENCES.items() if not sentence.endswith(".")] == []


def test_its_parts_are_written_into_the_sentence() -> None:
    cut = fault(FaultCode.CUT_OFF, have=1_234, want=5_678_901)
    shorter = fault(FaultCode.LENGTH_MISSING, have=1.46, want=30.0)

    assert str(cut).startswith("The file is cut off: it has 1,234 bytes and says it should have at least 5,678,901.")
    assert "it says 30 s and has 1.5 s" in str(shorter)


def test_what_the_decoder_says_is_told_at_the_end() -> None:
    told = str(fault(FaultCode.UNDECODABLE, type="image/jpeg", said="image file is truncated"))

    assert told.endswith("then upload it again. The decoder says: image file is truncated.")


def test_a_fault_without_the_parts_of_its_sentence_is_none() -> None:
    with pytest.raises(ValueError, match="cut-off lacks have, want"):
        FileFault(FaultCode.CUT_OFF, {"said": "x"})


@pytest.mark.parametrize(
    "written",
    [
        b'{"code":"no-video","parts":{},"more":1}',
        b'{"code":"<b>","parts":{}}',
        b'{"code":"cut-off","parts":{"have":1}}',
        b'{"code":"cut-off","parts":{"have":1,"want":-1}}',
        b'{"code":"cut-off","parts":{"have":1,"want":18446744073709551615}}',
        b'{"code":"undecodable","parts":{"type":{}}}',
        b'{"code":"undecodable","parts":{"type":"' + b"W" * 301 + b'"}}',
        b'{"code":"no-video","parts":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}}',
    ],
)
def test_what_a_decoder_makes_up_is_not_believed(written: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(written, type=FileFault)


@pytest.mark.parametrize("found", ["something else", "%(brand)s", "%(allowed)s" * 9, 7, ""])
def test_a_file_that_cant_be_shown_has_one_of_the_names_there_are(found: str | int) -> None:
    with pytest.raises(ValueError, match="none of the names"):
        fault(FaultCode.KIND, found=found, allowed="PNG")


def test_what_its_name_fills_in_must_be_there_too() -> None:
    whole = fault(FaultCode.KIND, found=strangers.BRAND, allowed="PNG", brand="50%")

    assert str(whole).startswith("The file looks like an ISO media file of brand '50%', which can't be shown.")
    with pytest.raises(ValueError, match="lacks brand"):
        fault(FaultCode.KIND, found=strangers.BRAND, allowed="PNG")


def test_it_is_kept_and_read_back() -> None:
    kept = msgspec.json.encode(fault(FaultCode.CUT_OFF, have=1, want=2))

    assert kept == b'{"code":"cut-off","parts":{"have":1,"want":2}}'
    assert str(msgspec.json.decode(kept, type=FileFault)).startswith("The file is cut off")
