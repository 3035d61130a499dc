import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizora.errors import TrustError
from vizora.identifiers import KeyId
from vizora.manifest.model import Key
from vizora.manifest.signature import public_key, sign, verify

PRIVATE = bytes(range(32))
OTHER = bytes(range(1, 33))
BODY = b'{"format":1}'


def key(name: str, private: bytes = PRIVATE) -> Key:
    return Key(KeyId(name), base64.b64encode(public_key(private)).decode())


def test_what_was_signed_verifies_and_names_the_key() -> None:
    header = sign(BODY, "k1", PRIVATE)

    assert header.startswith("ed25519;k1;")
    assert verify(BODY, header, [key("k0", OTHER), key("k1")]) == "k1"


def test_the_signature_is_that_of_rfc_8032() -> None:
    """Section 7.1, TEST 1: the empty message."""
    private = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )

    assert sign(b"", "k", private) == f"ed25519;k;{base64.b64encode(signature).decode()}"


@given(st.integers(0, 8 * len(BODY) - 1))
@settings(max_examples=30, deadline=None)
def test_one_changed_bit_is_refused(bit: int) -> None:
    header = sign(BODY, "k1", PRIVATE)
    changed = bytearray(BODY)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(TrustError, match="not signed by the key 'k1', or were changed since"):
        verify(bytes(changed), header, [key("k1")])


def test_a_key_of_the_same_name_that_did_not_sign_is_refused() -> None:
    with pytest.raises(TrustError, match="not signed by the key"):
        verify(BODY, sign(BODY, "k1", OTHER), [key("k1")])


def test_a_key_this_screen_does_not_trust_is_refused() -> None:
    with pytest.raises(TrustError, match="the key 'k9' is not among those this screen trusts"):
        verify(BODY, sign(BODY, "k9", PRIVATE), [key("k1")])


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("", "is not of the form ed25519;<keyId>;"),
        ("ed25519;k1", "is not of the form"),
        ("ed25519;k1;AAAA;more", "is not of the form"),
        ("ed25519;k 1;AAAA", "is not of the form"),
        ("none;k1;AAAA", "the algorithm 'none' is not ed25519"),
        ("ed25519;k1;AAAA", "not the base64 of 64 bytes"),
        ("ed25519;k1;!!!", "not the base64 of 64 bytes"),
        ("ed25519;k1;ä", "not the base64 of 64 bytes"),
    ],
)
def test_a_malformed_header_is_refused(header: str, told: str) -> None:
    with pytest.raises(TrustError, match=told):
        verify(BODY, header, [key("k1")])


def test_a_damaged_trusted_key_is_named() -> None:
    with pytest.raises(TrustError, match="key 'k1': not the base64 of 32 bytes"):
        verify(BODY, sign(BODY, "k1", PRIVATE), [Key(KeyId("k1"), "short")])


@pytest.mark.parametrize("name", ["", "a;b", "a\nb", "ä", "x" * 129])
def test_a_key_id_the_header_cannot_carry_is_refused_when_signing(name: str) -> None:
    with pytest.raises(ValueError, match="are allowed"):
        sign(BODY, name, PRIVATE)
