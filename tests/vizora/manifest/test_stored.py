import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizora.manifest.faults import ManifestError
from vizora.manifest.stored import handovers_of, pack, unpack


@given(st.binary())
def test_the_exact_bytes_come_back(body: bytes) -> None:
    assert unpack(pack("ed25519;k;AAAA", body)) == ("ed25519;k;AAAA", body)


def test_the_file_reads_as_documented() -> None:
    assert pack("ed25519;k;AAAA", b"{}") == b"Vizora-Signature: ed25519;k;AAAA\n\n{}"


def test_a_bare_manifest_has_no_signature() -> None:
    assert unpack(b'{"format":1}') == (None, b'{"format":1}')


@pytest.mark.parametrize(
    "data",
    [
        b"Vizora-Signature: ed25519;k;AAAA",
        b"Vizora-Signature: ed25519;k;AAAA\n{}",
        b"Vizora-Signature: " + b"A" * 600 + b"\n\n{}",
        b"Vizora-Signature: \xff\n\n{}",
    ],
)
def test_a_cut_or_foreign_header_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestError, match="after the Vizora-Signature line comes one empty line"):
        unpack(data)


def test_handovers_of_keys_lie_between_signature_and_manifest() -> None:
    data = pack("ed25519;k;AAAA", b"{}", "h1, h2")

    assert data == b"Vizora-Signature: ed25519;k;AAAA\nVizora-Key-Handover: h1, h2\n\n{}"
    assert (unpack(data), handovers_of(data)) == (("ed25519;k;AAAA", b"{}"), "h1, h2")
    assert handovers_of(pack("ed25519;k;AAAA", b"{}")) == handovers_of(b"{}") == ""
    with pytest.raises(ValueError, match="handovers"):
        pack("ed25519;k;AAAA", b"{}", "two\nlines")


@pytest.mark.parametrize("signature", ["two\nlines", "ä", "x" * 513])
def test_a_signature_that_is_not_one_plain_line_is_not_packed(signature: str) -> None:
    with pytest.raises(ValueError, match="one line of printable ASCII"):
        pack(signature, b"")
