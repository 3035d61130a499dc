"""What Raspberry Pi Imager writes, and the part of YAML it writes it in."""

import pytest

from edge.provision.network.facts import Wifi
from edge.provision.network.names import Ssid
from edge.provision.setup.cloud_init import read_network_config, read_user_data
from edge.provision.setup.yaml_lines import entries

# In the shape that Imager 2 writes (its customization_generator)
USER = """#cloud-config
hostname: lobby
manage_etc_hosts: true
packages:
- avahi-daemon
apt:
  conf: |
    Acquire {
      Check-Date "false";
    };
timezone: Europe/Zurich
keyboard:
  model: pc105
  layout: "ch"
enable_ssh: true
users:
- name: anna
  groups: users,adm
  shell: /bin/bash
  lock_passwd: false
  passwd: $5$abc$def
  ssh_authorized_keys:
    - ssh-ed25519 AAAA anna@laptop
  sudo: ALL=(ALL) NOPASSWD:ALL
ssh_pwauth: true
runcmd:
  - [ rfkill, unblock, wifi ]
  - [ sh, -c, "for f in /var/lib/systemd/rfkill/*:wlan; do echo 0 > \\"$f\\"; done" ]
"""
KEY = "0123456789abcdef" * 4
NETWORK = f"""network:
  version: 2
  wifis:
    wlan0:
      dhcp4: true
      regulatory-domain: "CH"
      access-points:
        "Shop \\"5\\": #1":
          hidden: true
          password: "{KEY}"
      optional: true
"""


def test_what_imager_writes_is_taken_without_a_complaint() -> None:
    user, wrong_of_user = read_user_data(USER)
    network, wrong_of_network = read_network_config(NETWORK)

    assert (wrong_of_user, wrong_of_network) == ((), ())
    assert (user.hostname, user.timezone) == ("lobby", "Europe/Zurich")
    assert network.wifi == Wifi(Ssid(b'Shop "5": #1'), KEY, hidden=True)
    assert network.country == "CH"


def test_a_network_without_a_password_is_taken() -> None:
    setup, faults = read_network_config(
        'network:\n  wifis:\n    wlan0:\n      access-points:\n        "Open":\n          password: ""\n'
    )

    assert faults == ()
    assert setup.wifi == Wifi(Ssid(b"Open"))


def test_netplans_longer_form_is_taken() -> None:
    auth = "auth:\n          key-management: psk\n          password: 'it''s right'"
    text = f"wifis:\n  wlan0:\n    access-points:\n      Shop:\n        {auth}\n"

    setup, faults = read_network_config(text)

    assert faults == ()
    assert setup.wifi == Wifi(Ssid(b"Shop"), "it's right")


@pytest.mark.parametrize(
    ("before", "after", "line", "text"),
    [
        ('"CH"', '"Switzerland"', 6, "regulatory-domain is no country"),
        (f'"{KEY}"', '"short"', 10, "password is no Wi-Fi password"),
        (f'"{KEY}"', f'"{KEY}', 10, "password has a quote that doesn't end"),
        (f'"{KEY}"', "&anchor secret-word", 10, "password begins with &"),
        (f'"{KEY}"', "|", 10, "password is a text of several lines"),
        ("dhcp4: true", "dhcp4: false", 5, "dhcp4 is nothing a screen takes; addresses come by DHCP"),
        ("dhcp4: true", "addresses: [10.0.0.2/24]", 5, "addresses is a list or map in brackets"),
        ("      dhcp4: true", "\tdhcp4: true", 5, "this is indented by a tab"),
        ("  version: 2", "  bridges:\n    br0:", 2, "bridges is nothing a screen takes"),
        ("hidden: true", "auth:\n            method: peap", 10, "method is nothing a screen takes"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(before: str, after: str, line: int, text: str) -> None:
    setup, faults = read_network_config(NETWORK.replace(before, after))

    assert (faults[0].line, faults[0].text[: len(text)]) == (line, text)
    assert not [fault for fault in faults if "secret-word" in fault.text]
    assert (setup.wifi is None) is (line >= 9)


def test_a_second_network_is_named_and_the_first_is_taken() -> None:
    text = NETWORK.replace("      optional: true\n", '        "Other":\n          password: "another one"\n')

    setup, faults = read_network_config(text)

    assert setup.wifi is not None
    assert (setup.wifi.ssid, setup.wifi.password) == (b'Shop "5": #1', KEY)
    assert [(fault.line, fault.text) for fault in faults] == [(11, "Other is a second network; the first one counts")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("hostname: two words", "hostname is no host name"),
        ("timezone: Zurich", "timezone is no time zone"),
        ("hostname:", "hostname says nothing"),
        ("hostname: [a, b]", "hostname is a list or map in brackets"),
        ("swap: 5", "swap is nothing a screen takes; allowed: hostname, timezone"),
        ("!!python/object:os.system", "this is no line like key: value"),
    ],
)
def test_a_wrong_line_of_user_data_is_named_and_the_rest_is_taken(line: str, text: str) -> None:
    zone = "" if "timezone" in line else "timezone: Europe/Zurich\n"

    setup, faults = read_user_data(f"#cloud-config\n{line}\nmanage_etc_hosts: true\n{zone}")

    assert [(fault.line, fault.text[: len(text)]) for fault in faults] == [(2, text)]
    assert ("timezone" in line) or setup.timezone == "Europe/Zurich"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]",
        "<<: *base",
        "? complex\n: key",
        "a: !!python/object/apply:os.system [id]",
        "a:\n" + "\n".join(f"{' ' * n}k{n}:" for n in range(1, 500)),
        "x" * 100_000,
        "k: v\n" * 5000,
        '"\\ud800": x',
        '"\\UFFFFFFFF": x',
        "\x00\x01: \x02",
    ],
)
def test_hostile_yaml_costs_nothing_and_builds_nothing(text: str) -> None:
    found = list(entries(text))

    assert len(found) <= 2001
    assert all(entry.value is None or isinstance(entry.value, str) for entry in found)
    read_user_data(text)
    read_network_config(text)
