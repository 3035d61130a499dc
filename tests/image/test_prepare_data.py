"""The shell script that makes the data partition usable, run on a folder with fakes of the programs it calls.

A fake leaves a line in `calls`; whether `mount` and `fsck.ext4` succeed is in the case's hands.
"""

import os
import stat
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "image" / "rootfs" / "usr" / "lib" / "vizora"
FAKE = """#!/bin/sh
echo "{name} $*" >> "$CALLS"
{does}
"""
MOUNT = """case "$*" in
*ext4*) n=$(cat "$CALLS.mounts" 2> /dev/null || echo 0); n=$((n + 1)); echo $n > "$CALLS.mounts"
        [ $n -gt "$FAILING_MOUNTS" ] ;;
esac"""


class Case:
    def __init__(self, folder: Path) -> None:
        self.root, self.calls_file = folder / "root", folder / "calls"
        self.environ = {
            "VIZORA_ROOT": str(self.root),
            "CALLS": str(self.calls_file),
            "FAILING_MOUNTS": "0",
            "FSCK": "0",
        }
        programs = folder / "bin"
        programs.mkdir()
        does = {"mount": MOUNT, "fsck.ext4": 'exit "$FSCK"'}
        for name in ("mount", "fsck.ext4", "mkfs.ext4", "resize2fs", "sfdisk", "partx", "sync"):
            program = programs / name
            program.write_text(
                FAKE.format(name=name, does=does.get(name, "cat > /dev/null" if name == "sfdisk" else ""))
            )
            program.chmod(0o755)
        self.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
        self._lay_out()

    def _lay_out(self) -> None:
        for name in ("dev", "bootsel/identity", "etc", "usr/lib/vizora", "sys/class/block"):
            (self.root / name).mkdir(parents=True)
        (self.root / "bootsel/identity/device.json").write_text("{}")
        (self.root / "bootsel/vizora.toml").write_text("cloud_url = 'x'\n")
        (self.root / "etc/machine-id").write_text("abc\n")
        (self.root / "usr/lib/vizora/persists").write_text((SCRIPTS / "persists").read_text())
        self.disk_of(sectors=4_000_000)

    def disk_of(self, sectors: int) -> None:
        disk = self.root / "sys/devices/vda"
        (disk / "vda6").mkdir(parents=True, exist_ok=True)
        (disk / "size").write_text(f"{sectors}\n")
        for name, value in (("partition", 6), ("start", 3_000_000), ("size", 998_000)):
            (disk / "vda6" / name).write_text(f"{value}\n")
        (disk / "vda1").mkdir(exist_ok=True)
        for name, label in (("vda1", "bootsel"), ("vda6", "data")):
            (disk / name / "uevent").write_text(f"DEVTYPE=partition\nPARTNAME={label}\n")
            link = self.root / "sys/class/block" / name
            if not link.is_symlink():
                link.symlink_to(disk / name)

    def run(self, script: str = "prepare-data") -> None:
        subprocess.run(["sh", str(SCRIPTS / script)], env=self.environ, check=True, capture_output=True)

    def calls(self) -> list[str]:
        return self.calls_file.read_text().replace(str(self.root), "").splitlines()

    def outcome(self) -> str:
        return (self.root / "run/vizora-boot/data").read_text().strip()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_a_sound_partition_is_checked_mounted_and_bound_where_things_persist(case: Case) -> None:
    case.run()

    assert case.outcome() == "mounted"
    assert case.calls()[0].startswith("mount -t vfat -o ro,")
    assert case.calls()[1] == "fsck.ext4 -p /dev/vda6"
    assert "mount --bind /data/vizora /var/lib/vizora" in case.calls()
    assert "mount --bind /data/network /etc/NetworkManager/system-connections" in case.calls()
    assert not any(call.startswith(("mkfs", "sfdisk")) for call in case.calls())
    assert stat.S_IMODE((case.root / "data/network").stat().st_mode) == 0o700


def test_a_check_that_mended_something_is_a_success(case: Case) -> None:
    case.environ["FSCK"] = "1"

    case.run()

    assert case.outcome() == "mounted"


def test_one_failed_mount_is_mended_and_nothing_is_lost(case: Case) -> None:
    case.environ["FAILING_MOUNTS"] = "1"

    case.run()

    assert case.outcome() == "mounted"
    assert "fsck.ext4 -y /dev/vda6" in case.calls()
    assert not any(call.startswith("mkfs") for call in case.calls())


def test_after_two_failed_mounts_it_is_made_anew_and_the_identity_survives(case: Case) -> None:
    case.environ["FAILING_MOUNTS"] = "2"

    case.run()

    assert case.outcome() == "renewed"
    assert (case.root / "data/vizora/identity/device.json").read_text() == "{}"


def test_without_any_disk_memory_serves_and_the_screen_is_still_itself(case: Case) -> None:
    case.environ["FAILING_MOUNTS"] = "9"

    case.run()

    assert case.outcome() == "memory"
    assert (case.root / "data/vizora/identity/device.json").exists()
    assert any(call.startswith("mount -t tmpfs") for call in case.calls())


def test_the_partition_grows_to_the_end_of_a_larger_disk(case: Case) -> None:
    case.disk_of(sectors=60_000_000)

    case.run()

    assert case.calls()[1:4] == [
        "sfdisk --quiet --relocate gpt-bak-std /dev/vda",
        "sfdisk --quiet --no-reread -N 6 /dev/vda",
        "partx --update --nr 6 /dev/vda",
    ]


def test_the_machine_id_is_kept_once(case: Case) -> None:
    case.run()
    (case.root / "etc/machine-id").write_text("other\n")
    case.run()

    assert (case.root / "bootsel/machine-id").read_text() == "abc\n"


def test_settings_are_laid_out_and_missing_ones_are_none(case: Case) -> None:
    case.run()
    assert (case.root / "run/vizora-boot/vizora.toml").read_text() == "cloud_url = 'x'\n"

    (case.root / "bootsel/vizora.toml").unlink()
    case.run()
    assert (case.root / "run/vizora-boot/vizora.toml").read_text() == ""


def test_the_identity_is_copied_beside_when_it_changes_and_only_then(case: Case) -> None:
    identity = case.root / "var/lib/vizora/identity"
    identity.mkdir(parents=True)
    (identity / "credentials.json").write_text("{}")

    case.run("copy-identity")
    copied = case.calls()
    case.run("copy-identity")

    assert [path.name for path in (case.root / "bootsel/identity").iterdir()] == ["credentials.json"]
    assert copied[0] == "mount -o remount,rw /bootsel"
    assert copied[-1] == "mount -o remount,ro /bootsel"
    assert case.calls() == copied
