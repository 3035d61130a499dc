"""`vizora-setup.toml`: what the cloud writes, what people write, and what they get wrong."""

import pytest

from cloud.screens import setup_text
from edge.provision.network.facts import Wifi
from edge.provision.network.names import Ssid
from edge.provision.setup.model import Setup
from edge.provision.setup.toml_lines import read

TOKEN = "vze_" + "a" * 43
GOOD = """# a comment
cloud_url = "https://signs.example/"
pairing_code = "ABC-234"
hostname = "Lobby"
timezone = "Europe/Zurich"

[wifi]
ssid = "Shop \\"5\\" é"   # with a comment
password = "right password"
country = "ch"
hidden = true
"""
WIFI = '[wifi]\nssid = "Shop"\npassword = "right password"\n'


def test_everything_is_taken() -> None:
    setup, faults = read(GOOD)

    assert faults == ()
    assert setup == Setup(
        "https://signs.example",
        "ABC234",
        Wifi(Ssid('Shop "5" é'.encode()), "right password", hidden=True),
        "CH",
        "lobby",
        "Europe/Zurich",
    )


@pytest.mark.parametrize("ssid", ["Shop", 'quo"te\\back', "日本", "tab\tin it"])
def test_what_the_cloud_renders_is_taken(ssid: str) -> None:
    """The real renderer of the cloud's API."""
    text = setup_text.render("https://signs.example", TOKEN, setup_text.Wifi(ssid, "right password", "DE"))

    setup, faults = read(text)

    assert faults == ()
    assert (setup.cloud_url, setup.pairing_code, setup.country) == ("https://signs.example", TOKEN, "DE")
    assert setup.wifi == Wifi(Ssid(ssid.encode()), "right password")


def test_windows_line_ends_and_a_byte_order_mark_are_nothing() -> None:
    assert read("\ufeff" + GOOD.replace("\n", "\r\n")) == read(GOOD)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('cloud_url = "signs"', "cloud_url is not the URL of a cloud; allowed: http://"),
        ("cloud_url = https://signs.example", "cloud_url is not TOML; allowed: one line"),
        ('clod_url = "https://signs.example"', "clod_url is no setting; did you mean cloud_url?"),
        ("volume = 5", "volume is no setting; allowed: cloud_url"),
        ("hostname = 5", "hostname is of the wrong kind; allowed: a text in quotes"),
        ('hostname = "two words"', "hostname is no host name; allowed: 1 to 63"),
        ('timezone = "Zurich"', "timezone is no time zone; allowed: a name of the IANA list"),
        ('pairing_code = "short"', "pairing_code is no pairing code; allowed: the 6 or 8 characters"),
        ("[network]", "[network] is nothing we know; allowed: [wifi]"),
        ("just words", "is not TOML; allowed: lines like"),
        ('hostname = """', "hostname is not TOML; allowed: one line"),
        ('wifi.ssid = "x"', "wifi is no setting"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed_and_costs_nothing_else(line: str, text: str) -> None:
    setup, faults = read(f"\n{line}\n{WIFI if '[' not in line else ''}")

    assert [fault.line for fault in faults] == [2]
    assert faults[0].text.startswith(text)
    assert (setup.wifi is not None) is ("[" not in line)


@pytest.mark.parametrize(
    ("lines", "wrong", "joins"),
    [
        ('ssid = "Shop"\npassword = "short"', "password of [wifi] is no Wi-Fi password", False),
        ('ssid = "Shop"\npassword = unquoted', "password of [wifi] is not TOML", False),
        (f'ssid = "{"x" * 33}"\npassword = "right password"', "ssid of [wifi] is no name", False),
        ('password = "right password"', "[wifi] names no network", False),
        ('ssid = "Shop"\ncountry = "Switzerland"', "country of [wifi] is no country", True),
        ('ssid = "Shop"\nhidden = "yes"', "hidden of [wifi] is of the wrong kind; allowed: true or false", True),
        ('ssid = "Shop"\nssid = "Other"', "ssid of [wifi] is there twice (line 3)", True),
    ],
)
def test_a_network_with_half_its_settings_is_not_joined(lines: str, wrong: str, joins: bool) -> None:
    """With the wrong password it would be refused, and nobody would know why."""
    setup, faults = read(f'hostname = "lobby"\n[wifi]\n{lines}\n')

    assert [fault.text for fault in faults if wrong in fault.text]
    assert len(faults) == 1
    assert (setup.wifi is not None) is joins
    assert setup.hostname == "lobby"


def test_the_same_nonsense_twice_is_nonsense_twice() -> None:
    _, faults = read("nonsense\n[network]\nnonsense\n[network]\nvolume = 5\n")

    assert [fault.line for fault in faults] == [1, 2, 3, 4]
    assert not [fault for fault in faults if "twice" in fault.text]


@pytest.mark.parametrize("secret", ["hunter2", "vze_not a token at all"])
def test_no_fault_repeats_a_secret(secret: str) -> None:
    _, faults = read(f'pairing_code = "{secret} {secret}"\n[wifi]\nssid = "S"\npassword = "{secret[:7]}"\n{secret}\n')

    assert len(faults) == 3
    assert not [fault for fault in faults if secret[:7] in fault.text]
