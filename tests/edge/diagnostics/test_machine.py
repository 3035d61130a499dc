from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.diagnostics.disk import disk, mount_of, sing
from edge.diagnostics.facts import Canary, Connector, Power
from edge.diagnostics.machine import FIRMWARE, displays, machine, power


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def no_tool() -> str:
    raise FileNotFoundError("vcgencmd")


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        ("0", Power(False, False, False, False)),
        ("50005", Power(True, True, True, True)),
        ("0x50000", Power(False, True, False, True)),
        ("80008", Power(False, False, True, True)),
    ],
)
def test_the_firmwares_bits_by_file_or_by_its_tool(bits: str, expected: Power, tmp_path: Path) -> None:
    by_tool = power(tmp_path, lambda: bits)
    put(tmp_path, FIRMWARE, bits + "\n")

    assert power(tmp_path, no_tool) == expected
    assert by_tool == expected


def test_debians_kernel_tells_by_an_alarm(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    put(tmp_path, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    put(tmp_path, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")

    assert power(tmp_path, no_tool) == Power(under_voltage=True)


def test_what_a_machine_does_not_tell_is_not_known(tmp_path: Path) -> None:
    assert power(tmp_path, no_tool) == Power()
    assert displays(tmp_path) == ()
    assert machine(tmp_path, tmp_path, no_tool).temperature_c is None
    assert disk(tmp_path, tmp_path / "canary", b"x", tmp_path).ext4_errors is None


def test_displays_are_sockets_of_the_graphics_card(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/drm/card1-HDMI-A-1/status", "connected\n")
    put(tmp_path, "sys/class/drm/card1-HDMI-A-1/dpms", "Off\n")
    put(tmp_path, "sys/class/drm/card1-HDMI-A-2/status", "disconnected\n")
    put(tmp_path, "sys/class/drm/card1-Writeback-1/status", "unknown\n")
    put(tmp_path, "sys/class/drm/version", "drm 1.1.0\n")

    assert displays(tmp_path) == (Connector("HDMI-A-1", True, False), Connector("HDMI-A-2", False, None))


def test_the_longest_mount_above_a_folder_is_its_own(tmp_path: Path) -> None:
    put(
        tmp_path,
        "proc/self/mountinfo",
        "20 1 0:21 / / rw - overlay overlay rw\n"
        "30 20 179:6 / /var/lib/vizora rw,noatime shared:1 - ext4 /dev/mmcblk0p6 rw\n"
        "31 20 179:7 / /var/lib/vizora2 rw - xfs /dev/mmcblk0p7 rw\n",
    )

    found = mount_of(Path("/var/lib/vizora/cache"), tmp_path)

    assert found is not None
    assert (found.device, found.file_system) == ("179:6", "ext4")


def test_a_canary_comes_back_as_it_was_and_leaves_nothing(tmp_path: Path) -> None:
    assert sing(tmp_path / "new" / "canary", b"song" * 1000) is Canary.INTACT
    assert list((tmp_path / "new").iterdir()) == []


def test_many_canaries_sing_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as singers:
        heard = singers.map(lambda number: sing(tmp_path / "canary", bytes([number]) * 8192), range(64))

    assert set(heard) == {Canary.INTACT}


def test_a_file_in_the_folders_place_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "diagnostics").touch()

    assert sing(tmp_path / "diagnostics" / "canary", b"song") is Canary.FAILING


def test_a_disk_that_forgets_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: what is written is not what was given."""
    monkeypatch.setattr("edge.diagnostics.disk.write_durably", lambda path, data: path.write_bytes(data[::-1]))

    assert sing(tmp_path / "canary", b"a song") is Canary.CHANGED
