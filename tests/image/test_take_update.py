"""The script that takes an update from a USB stick, with fakes of the programs it calls."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "image/rootfs/usr/lib/vizora/take-update"
RAUC = """#!/bin/sh
echo "rauc $1 ${2##*/}" >> "$CALLS"
case $1 in
info) eval bundle=\\$$#; name=${bundle##*/}; echo "RAUC_MF_VERSION='${name%.raucb}'" ;;
install) [ "$INSTALL_FAILS" = no ] ;;
esac
"""
PLAIN = '#!/bin/sh\necho "{name} $*" >> "$CALLS"\n'


class Device:
    def __init__(self, folder: Path) -> None:
        self.root, self.calls_file = folder / "root", folder / "calls"
        self.stick = self.root / "run/vizora-stick/sda1"
        for name in ("run/vizora-stick/sda1", "var/lib/rauc", "usr/lib/vizora"):
            (self.root / name).mkdir(parents=True)
        (self.root / "usr/lib/vizora/board.toml").write_text('name = "rpi"\nversion = "1.0"\n')
        programs = folder / "bin"
        programs.mkdir()
        for name in ("rauc", "mount", "umount", "sync", "systemctl"):
            (programs / name).write_text(RAUC if name == "rauc" else PLAIN.format(name=name))
            (programs / name).chmod(0o755)
        self.environ = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "VIZORA_ROOT": str(self.root),
            "CALLS": str(self.calls_file),
            "INSTALL_FAILS": "no",
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
