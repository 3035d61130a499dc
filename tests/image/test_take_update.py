"""The script that takes an update from a USB stick or from the cache, with fakes of the programs it calls."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "image/rootfs/usr/lib/vizora/take-update"
RAUC = """#!/bin/sh
echo "rauc $1 ${2##*/}" >> "$CALLS"
case $1 in
info) eval bundle=\\$$#; name=${bundle##*/}; echo "RAUC_MF_VERSION='${name%.raucb}'" ;;
install)
    [ "$INSTALL_FAILS" = no ] || { printf 'installing\nLastError: wrong board\nInstalling failed\n'; exit 1; }
    [ "$PLUG_PULLED" = no ] || kill -9 $PPID
    ;;
esac
"""
PLAIN = '#!/bin/sh\necho "{name} $*" >> "$CALLS"\n'


class Device:
    def __init__(self, folder: Path) -> None:
        self.root, self.calls_file = folder / "root", folder / "calls"
        self.stick = self.root / "run/vizora-stick/sda1"
        self.offered, self.run = self.root / "var/lib/vizora/update", self.root / "run/vizora"
        self.refused = self.root / "run/vizora-boot/update-refused"
        for folder_ in (self.offered, self.run, self.refused.parent):
            folder_.mkdir(parents=True)
        for name in ("run/vizora-stick/sda1", "var/lib/rauc", "usr/lib/vizora"):
            (self.root / name).mkdir(parents=True)
        (self.root / "usr/lib/vizora/board.toml").write_text('name = "rpi"\nversion = "1.0"\n')
        programs = folder / "bin"
        programs.mkdir()
        for name in ("rauc", "mount", "umount", "sync", "systemctl", "chown"):
            (programs / name).write_text(RAUC if name == "rauc" else PLAIN.format(name=name))
            (programs / name).chmod(0o755)
        self.environ = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "VIZORA_ROOT": str(self.root),
            "CALLS": str(self.calls_file),
            "INSTALL_FAILS": "no",
            "PLUG_PULLED": "no",
        }

    def plug_in(self, *updates: str) -> list[str]:
        """What was called, but for the mounting."""
        for update in updates:
            (self.stick / update).touch()
        self.calls_file.write_text("")
        subprocess.run(["sh", str(SCRIPT), "sda1"], env=self.environ, check=True, capture_output=True)
        calls = self.calls_file.read_text().replace(str(self.root), "").splitlines()
        assert calls[0].startswith("mount -o ro,nodev,nosuid,noexec /dev/sda1")
        assert calls[-1].startswith("umount")
        return [call for call in calls[1:-1] if not call.startswith(("rauc info", "sync"))]

    def hand_over(self, *updates: str) -> list[str]:
        """What the cache does, and what was called then."""
        for update in updates:
            (self.offered / update).touch()
        (self.run / "update-ready").touch()
        self.calls_file.write_text("")
        subprocess.run(["sh", str(SCRIPT), "--offered"], env=self.environ, check=False, capture_output=True)
        calls = self.calls_file.read_text().splitlines()
        return [call for call in calls if not call.startswith(("rauc info", "sync", "chown"))]

    def left(self) -> list[str]:
        return sorted(path.name for path in (*self.offered.iterdir(), *self.run.iterdir()))


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def test_another_version_is_installed_and_started(device: Device) -> None:
    assert device.plug_in("1.1.raucb") == ["rauc install 1.1.raucb", "systemctl reboot"]


def test_the_version_that_runs_and_other_files_are_left_alone(device: Device) -> None:
    assert device.plug_in("1.0.raucb", "holiday.jpg") == []


def test_a_version_that_was_tried_is_not_tried_again_while_the_stick_stays_in(device: Device) -> None:
    device.plug_in("1.1.raucb")

    assert device.plug_in() == []


def test_an_update_that_is_refused_is_not_started(device: Device) -> None:
    device.environ["INSTALL_FAILS"] = "yes"

    assert device.plug_in("1.1.raucb") == ["rauc install 1.1.raucb"]


def test_what_the_cache_fetched_is_installed_and_its_file_goes(device: Device) -> None:
    assert device.hand_over("1.1.raucb") == ["rauc install 1.1.raucb", "systemctl reboot"]
    assert device.left() == ["update-begun"]
    assert not device.refused.exists()


def test_what_is_refused_goes_too_and_the_cache_hears_why(device: Device) -> None:
    device.environ["INSTALL_FAILS"] = "yes"

    assert device.hand_over("1.1.raucb") == ["rauc install 1.1.raucb"]
    assert device.left() == ["update-begun"]
    assert device.refused.read_text() == "it could not be installed: wrong board\n"


@pytest.mark.parametrize(
    ("name", "why"), [("1.0", "version 1.0 runs already"), ("1.1", "version 1.1 was tried before")]
)
def test_a_version_is_tried_once_whatever_road_it_comes_by(device: Device, name: str, why: str) -> None:
    device.plug_in("1.1.raucb")

    assert device.hand_over(f"{name}.raucb") == []
    assert (device.left(), device.refused.read_text()) == (["update-begun"], f"{why}\n")
    assert device.plug_in() == []


def test_a_plug_that_is_pulled_meanwhile_leaves_the_file_to_be_tried_again(device: Device) -> None:
    device.environ["PLUG_PULLED"] = "yes"
    assert device.hand_over("1.1.raucb") == ["rauc install 1.1.raucb"]
    assert device.left() == ["1.1.raucb", "update-begun"]
    assert not device.refused.exists()

    device.environ["PLUG_PULLED"] = "no"
    assert device.hand_over() == ["rauc install 1.1.raucb", "systemctl reboot"]


def test_a_link_is_no_update(device: Device) -> None:
    (device.offered / "1.1.raucb").symlink_to("/etc/passwd")

    assert device.hand_over() == []
