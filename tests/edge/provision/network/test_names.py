"""Names of networks are bytes that anybody nearby chooses: they never act on a screen, a page or a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.provision.network.names import fault_of_password, fault_of_ssid, from_key, key, shown, wifi_link


@pytest.mark.parametrize(
    ("ssid", "text"),
    [
        (b"Shop", "Shop"),
        ("Café Münster 5 GHz".encode(), "Café Münster 5 GHz"),
        ("日本語".encode(), "日本語"),
        (b"\x1b[2J", "\\x1b[2J"),
        (b"line\nfeed\ttab\x00", "line\\x0afeed\\x09tab\\x00"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"half \xe2\x82", "half \\xe2\\x82"),
        ("\u202egnihsihp".encode(), "\\xe2\\x80\\xaegnihsihp"),
        ("zero\u200bwidth\u2028".encode(), "zero\\xe2\\x80\\x8bwidth\\xe2\\x80\\xa8"),
        (b"<script>", "<script>"),  # markup is the page's to escape
    ],
)
def test_a_name_is_shown_without_acting(ssid: bytes, text: str) -> None:
    assert shown(ssid) == text


@given(st.binary(min_size=1, max_size=32))
def test_any_name_can_be_shown_and_comes_back_from_a_form_as_it_was(ssid: bytes) -> None:
    assert shown(ssid).isprintable()
    assert from_key(key(ssid)) == (ssid if any(ssid) else None)


@pytest.mark.parametrize("text", ["", "zz", "4", "41" * 33, "00", "<b>", "41\n"])
def test_what_is_no_name_is_none(text: str) -> None:
    assert from_key(text) is None or from_key(text) == b"A"


@pytest.mark.parametrize(("ssid", "is_good"), [(b"", False), (b"\0" * 8, False), (b"x" * 32, True), (b"x" * 33, False)])
def test_a_name_has_one_to_thirty_two_bytes(ssid: bytes, is_good: bool) -> None:
    assert (fault_of_ssid(ssid) == "") is is_good


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("", True),
        ("1234567", False),
        ("12345678", True),
        ("x" * 63, True),
        ("x" * 64, False),
        ("0f" * 32, True),
        ("pässword", False),
        ("tab\there", False),
        ("two words", True),
    ],
)
def test_a_password_is_one_that_wpa_allows(password: str, is_good: bool) -> None:
    assert (fault_of_password(password) == "") is is_good


def test_a_fault_never_repeats_the_password() -> None:
    assert "hunter2" not in fault_of_password("hunter2")


def test_signs_that_mean_something_in_the_code_are_escaped() -> None:
    assert wifi_link('a;b:c,d\\e"f', "p;q") == 'WIFI:T:WPA;S:a\\;b\\:c\\,d\\\\e\\"f;P:p\\;q;;'
