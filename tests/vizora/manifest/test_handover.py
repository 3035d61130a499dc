import base64

import pytest

from vizora.errors import TrustError
from vizora.identifiers import KeyId
from vizora.manifest.handover import MOST, MOST_CHARACTERS, follow, hand_over
from vizora.manifest.model import Key
from vizora.manifest.signature import public_key

PRIVATE = {name: bytes([number]) * 32 for number, name in enumerate(("one", "two", "three", "thief"))}
KEY = {name: Key(KeyId(name), base64.b64encode(public_key(raw)).decode()) for name, raw in PRIVATE.items()}


def handed(by: str, to: str, signed_by: str | None = None) -> str:
    return hand_over(PRIVATE[signed_by or by], by, KEY[to])


CHAIN = f"{handed('one', 'two')}, {handed('two', 'three')}"


def test_a_trusted_key_hands_over_to_the_next_one() -> None:
    assert follow(handed("one", "two"), (KEY["one"],), "two") == (KEY["two"],)


def test_whoever_was_away_for_several_follows_them_all() -> None:
    assert follow(CHAIN, (KEY["one"],), "three") == (KEY["three"],)
    assert follow(CHAIN, (KEY["two"],), "three") == (KEY["three"],)


def test_nobody_goes_further_than_to_the_key_that_signed() -> None:
    assert follow(CHAIN, (KEY["one"],), "two") == (KEY["two"],)
    assert follow(CHAIN, (KEY["one"], KEY["two"]), "one") == (KEY["one"], KEY["two"])


def test_without_handovers_everything_stays() -> None:
    assert follow("", (KEY["one"],), "two") == (KEY["one"],)


@pytest.mark.parametrize(
    "said",
    [
        handed("one", "thief"),  # a key that is not trusted any more
        handed("thief", "three"),
        "ed25519;two;three",
        ";;;;",
        "," * 100,
    ],
)
def test_a_key_that_is_not_trusted_says_nothing(said: str) -> None:
    assert follow(said, (KEY["two"],), "three") == (KEY["two"],)


def test_what_a_trusted_key_did_not_sign_is_refused() -> None:
    forged = handed("one", "thief", signed_by="thief")
    other_key = handed("one", "two").replace(KEY["two"].public_key, KEY["thief"].public_key)
    other_name = handed("one", "two").replace(";two;", ";thief;")

    for said in (forged, other_key, other_name, handed("one", "two").replace("ed25519", "none")):
        with pytest.raises(TrustError):
            follow(said, (KEY["one"],), "thief")


def test_endless_handovers_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(TrustError, match="handover: 4097 characters; at most 4096 are allowed"):
        follow("x" * (MOST_CHARACTERS + 1), (KEY["one"],), "two")


@pytest.mark.parametrize("said", ["two\nlines", "ä", "\x01"])
def test_what_could_not_be_kept_in_a_file_is_refused_though_nothing_depends_on_it(said: str) -> None:
    with pytest.raises(TrustError, match="is not one line of printable ASCII"):
        follow(said, (KEY["one"],), "one")


def test_as_many_as_are_sent_are_allowed() -> None:
    longest = hand_over(PRIVATE["one"], "0123456789abcdef", Key(KeyId("fedcba9876543210"), KEY["two"].public_key))

    assert len(", ".join([longest] * MOST)) <= MOST_CHARACTERS
