"""Setup files are taken once, whole or not at all, and leave no secret on the card."""

import configparser
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import config
from edge.provision.network.facts import Wifi
from edge.provision.network.names import Ssid
from edge.provision.setup import boot_files, system
from edge.provision.setup.command import main
from edge.provision.setup.kept import keyfile
from edge.provision.setup.redaction import redacted
from edge.status import SetupKept
from tests.edge.provision.setup.boot import FILE, Device
from tests.edge.provision.setup.test_cloud_init import KEY, NETWORK, USER

SECRETS = (b"SECRET", KEY.encode(), b"$5$abc", b"AAAA", b"anna")


@pytest.fixture
def device(tmp_path: Path) -> Device:
    (tmp_path / "bootsel").mkdir()
    return Device(tmp_path)


def no_secrets(device: Device) -> bool:
    return not any(secret in device.on_the_card() for secret in SECRETS)


def settings(device: Device) -> config.DeviceConfig:
    return config.load({"VIZORA_STATE_DIR": str(device.paths.state), "VIZORA_RUN_DIR": str(device.paths.run)})


def test_a_setup_file_becomes_settings_and_a_wifi_profile_and_leaves_no_secret(device: Device) -> None:
    device.put()

    kept = device.start()

    assert (kept.hostname, kept.faults) == ("lobby", ())
    assert (settings(device).cloud_url, settings(device).pairing_code) == ("https://signs.example", "vze_SECRETTOKEN")
    (profile,) = device.profiles()
    assert "psk=SECRET\\spassword" in profile
    assert no_secrets(device)
    assert sorted(file.name for file in device.boot.iterdir()) == ["vizora-setup-report.txt", "vizora-setup.toml.taken"]
    assert "Wi-Fi: Shop" in (device.boot / "vizora-setup-report.txt").read_text()


def test_what_is_secret_is_readable_by_nobody_else(device: Device) -> None:
    device.put()
    device.start()

    assert device.paths.setup_settings.stat().st_mode & 0o777 == 0o640
    assert [file.stat().st_mode & 0o777 for file in device.connections.iterdir()] == [0o600]


def test_imagers_files_are_taken_and_our_own_counts_first(device: Device) -> None:
    device.put(USER, "user-data")
    device.put(NETWORK, "network-config")
    device.put('hostname = "entrance"\n')

    kept = device.start()

    assert (kept.hostname, kept.timezone, kept.country) == ("entrance", "Europe/Zurich", "CH")
    assert f"psk={KEY}" in device.profiles()[0]
    assert "hidden=true" in device.profiles()[0]
    assert no_secrets(device)


def test_nothing_is_taken_twice(device: Device) -> None:
    device.put()
    first = device.start()
    (device.connections / "vizora-setup.nmconnection").unlink()  # somebody chose another network since

    assert device.start() == first
    assert device.profiles() == []


def test_another_file_is_taken_and_what_it_does_not_say_stays(device: Device) -> None:
    device.put()
    device.start()
    device.put('pairing_code = "ABC234"\ntimezone = "Europe/Zurich"\n')

    kept = device.start()

    assert (kept.hostname, kept.timezone) == ("lobby", "Europe/Zurich")
    assert (settings(device).cloud_url, settings(device).pairing_code) == ("https://signs.example", "ABC234")


def test_mistakes_are_kept_for_the_screen_and_stand_on_the_card(device: Device) -> None:
    device.put(FILE.replace('"lobby"', '"the lobby"'))

    kept = device.start()

    assert len(kept.faults) == 1
    assert kept.faults[0].startswith("vizora-setup.toml, line 3: hostname is no host name; allowed:")
    assert kept.faults[0] in (device.boot / "vizora-setup-report.txt").read_text()
    assert settings(device).cloud_url == "https://signs.example"


def test_a_file_that_is_far_too_large_is_named_and_cleaned(device: Device) -> None:
    device.put("# SECRET = x\n" * 10_000)

    kept = device.start()

    assert kept.faults == ("vizora-setup.toml, line 1: the file is too large; allowed: 65536 bytes",)
    assert no_secrets(device)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_breaks_nothing(device: Device, encoding: str) -> None:
    (device.boot / "vizora-setup.toml").write_bytes(FILE.replace("Shop", "Café").encode(encoding))

    kept = device.start()

    assert kept.hostname == "lobby"


def cuts(device: Device, monkeypatch: pytest.MonkeyPatch, number: int) -> bool:
    """One start whose `number`th sync never comes; whether it got that far."""
    left = number
    real = os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError("the power went")
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        try:
            device.start()
        except OSError:
            return True
    return False


def test_a_cut_at_any_sync_takes_the_file_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = 0
    while True:
        root = tmp_path / str(number)
        root.mkdir()
        device = Device(root)
        device.put()
        was_cut = cuts(device, monkeypatch, number)
        kept = device.start()

        assert (kept.hostname, kept.faults) == ("lobby", ())
        assert settings(device).pairing_code == "vze_SECRETTOKEN"  # never the stars that took its place on the card
        assert "SECRET\\spassword" in device.profiles()[0]
        assert no_secrets(device)
        if not was_cut:
            break
        number += 1
    assert number >= 8


def test_taking_off_the_card_before_keeping_would_be_found(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: cleans first, and is cut in between."""
    device.put()
    boot_files.clear(device.boot, ["vizora-setup.toml"], "")

    device.start()

    assert not device.paths.setup_settings.exists()


@given(st.binary(max_size=300))
def test_a_file_without_its_secrets_is_as_long_and_cleaning_it_again_changes_nothing(content: bytes) -> None:
    clean = redacted(content)

    assert len(clean) == len(content)
    assert clean.count(b"\n") == content.count(b"\n")
    assert redacted(clean) == clean


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        (b'password = "x y"', b'password = "x y"'.replace(b'"x y"', b"** **")),
        (b"  passwd: $5$x", b"  passwd: ****"),
        (b'ssid = "Shop"', b'ssid = "Shop"'),
        (b'"Shop": hunter2', b'"Shop": *******'),
        (b"# password = hunter2", b"* ******** * *******"),
        (b"  - ssh-ed25519 AAAA", b"  * *********** ****"),
        (b"hunter2", b"*******"),
    ],
)
def test_only_what_is_known_to_be_harmless_stays(line: bytes, clean: bytes) -> None:
    assert redacted(line) == clean


@pytest.mark.parametrize("ssid", [b"Shop", b"\xff\x00;", b" lead", "日本".encode()])
def test_a_profile_is_networkmanagers_own_form(ssid: bytes) -> None:
    parsed = configparser.RawConfigParser()
    parsed.read_string(keyfile(Wifi(Ssid(ssid), " a\\b ")))

    assert bytes(int(byte) for byte in parsed["wifi"]["ssid"].split(";") if byte) == ssid
    assert parsed["wifi-security"]["psk"] == "\\sa\\\\b\\s"


def test_a_network_without_a_password_has_no_security() -> None:
    assert "wifi-security" not in keyfile(Wifi(Ssid(b"Open")))


def test_host_name_and_zone_are_set_at_each_start(tmp_path: Path) -> None:
    names: list[str] = []

    system.apply(SetupKept(hostname="lobby", timezone="Europe/Zurich"), tmp_path, names.append)

    assert names == ["lobby"]
    assert (tmp_path / "hostname").read_text() == "lobby\n"
    zone = system.ZONES / "Europe/Zurich"
    assert (tmp_path / "localtime").is_symlink() is zone.exists()


def test_a_system_that_refuses_its_name_is_no_reason_to_stop(tmp_path: Path) -> None:
    def refuse(_: str) -> None:
        raise PermissionError("no")

    system.apply(SetupKept(hostname="lobby"), tmp_path, refuse)

    assert list(tmp_path.iterdir()) == []


def command(device: Device) -> Callable[[], int]:
    etc = device.root / "etc"
    etc.mkdir(exist_ok=True)
    arguments = [f"--boot={device.boot}", f"--connections={device.connections}", f"--etc={etc}"]
    return lambda: main(arguments, {"VIZORA_STATE_DIR": str(device.paths.state)})


def test_the_command_takes_them(device: Device) -> None:
    device.put('timezone = "Europe/Zurich"\n')

    assert command(device)() == 0
    assert device.paths.setup_kept.exists()


def test_storage_that_fails_leaves_the_card_as_it_is_for_the_next_start(device: Device) -> None:
    device.put()
    device.paths.state.write_text("a file where the folder should be")

    assert command(device)() == 1
    assert (device.boot / "vizora-setup.toml").read_text() == FILE
