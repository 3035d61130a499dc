import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge.cli.confirm_boot import GO_BACK, KEEP, follow
from edge.paths import DevicePaths
from tests.fakes.clock import FakeClock


class DrawingClock(FakeClock):
    """While somebody waits, a player draws."""

    def __init__(self, paths: DevicePaths, *, draws: bool) -> None:
        super().__init__()
        self._file = paths.player_status
        self._draws = draws
        self._frames = 0

    def sleep(self, seconds: float) -> None:
        FakeClock.sleep(self, seconds)
        self._frames += self._draws
        self._file.write_text(json.dumps({"bootId": "one", "at": "t", "frames": self._frames}))


def machine(folder: Path, file_system: str = "ext4") -> Path:
    (folder / "proc/self").mkdir(parents=True)
    (folder / "proc/self/mountinfo").write_text(f"30 1 179:6 / / rw - {file_system} /dev/mmcblk0p6 rw\n")
    return folder


def outcome(folder: Path, *, draws: bool, file_system: str = "ext4") -> list[Sequence[str]]:
    paths = DevicePaths(folder, folder)
    asked: list[Sequence[str]] = []
    assert follow(paths, DrawingClock(paths, draws=draws), asked.append, machine(folder, file_system)) == 0
    return asked


def test_a_system_that_draws_is_kept(tmp_path: Path) -> None:
    assert outcome(tmp_path, draws=True) == [KEEP]


def test_a_system_that_draws_nothing_goes_back(tmp_path: Path) -> None:
    assert outcome(tmp_path, draws=False) == [GO_BACK]


def test_a_system_that_lost_its_data_goes_back(tmp_path: Path) -> None:
    assert outcome(tmp_path, draws=True, file_system="tmpfs") == [GO_BACK]


def test_a_boot_loader_that_is_not_told_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = DevicePaths(tmp_path, tmp_path)

    def fail(command: Sequence[str]) -> None:
        raise subprocess.CalledProcessError(1, list(command))

    assert follow(paths, DrawingClock(paths, draws=True), fail, machine(tmp_path)) == 1
    assert "rauc" in capsys.readouterr().err
