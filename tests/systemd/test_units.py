"""The units are sound, confined, never give up, and start commands that exist."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli.main import COMMANDS

FOLDER = Path(__file__).parents[2] / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
SERVICES = {"vizora-player", "vizora-cache", "vizora-provision", "vizora-network", "vizora-diagnostics"}
MOST_EXPOSED = 3.0
SINCE_254 = ("RestartSteps", "RestartMaxDelaySec")
"""Debian 13 has systemd 257; an older one here (Debian 12: 252) doesn't know these two, and nothing else is excused."""


class Repeating(dict[str, str]):
    """Keys of a unit may come several times: their values are gathered."""

    def __setitem__(self, key: str, value: object) -> None:
        if isinstance(value, list) and key in self:
            value = [*self[key], *value]
        super().__setitem__(key, value)  # type: ignore[assignment]


def unit(path: Path) -> configparser.RawConfigParser:
    parsed = configparser.RawConfigParser(dict_type=Repeating, strict=False, delimiters=("=",))
    parsed.optionxform = str  # type: ignore[assignment]
    parsed.read(path)
    return parsed


def complaints(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [line for line in lines if not re.search(rf"Unknown key '({'|'.join(SINCE_254)})'", line)]


def verified(folder: Path, text: str, name: str) -> list[str]:
    """What systemd says of a unit, with our program where this machine has it."""
    program = shutil.which("vizora", path=str(Path(sys.executable).parent))
    assert program is not None
    for other in UNITS:
        (folder / other.name).write_text(other.read_text().replace("/usr/bin/vizora", program))
    (folder / name).write_text(text.replace("/usr/bin/vizora", program))
    command = ["systemd-analyze", "verify", "--man=no", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return complaints(done.stderr + done.stdout)


def exposure(path: Path) -> float:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    return float(found[1])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_nothing_wrong(path: Path, tmp_path: Path) -> None:
    assert verified(tmp_path, path.read_text(), path.name) == []


def test_systemd_would_find_what_is_wrong(tmp_path: Path) -> None:
    """The broken twin."""
    text = (FOLDER / "vizora-cache.service").read_text().replace("Type=notify", "Type=notifi")

    assert verified(tmp_path, text, "vizora-cache.service") != []


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_each_service_is_confined(path: Path) -> None:
    assert exposure(path) <= MOST_EXPOSED


def test_a_service_without_its_sandbox_would_be_found(tmp_path: Path) -> None:
    """The broken twin."""
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\n")

    assert exposure(bare) > MOST_EXPOSED


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_it_starts_commands_that_exist(path: Path) -> None:
    words = unit(path)["Service"]["ExecStart"].split()
    asked = {words[place + 1] for place, word in enumerate(words) if word == "/usr/bin/vizora"}

    assert asked
    assert asked <= {command.name for command in COMMANDS}


@pytest.mark.parametrize("path", [path for path in UNITS if path.stem in SERVICES], ids=lambda path: path.stem)
def test_a_service_is_watched_and_never_given_up(path: Path) -> None:
    found = unit(path)

    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert found["Service"]["Restart"] == "always"
    assert found["Service"]["Type"] == "notify"
    assert int(found["Service"]["WatchdogSec"]) > 0
    assert int(found["Service"]["RestartSteps"]) > 0
    assert int(found["Service"]["RestartMaxDelaySec"]) <= 60


def test_the_player_may_make_what_the_browsers_own_sandbox_is_made_of() -> None:
    player = unit(FOLDER / "vizora-player.service")["Service"]

    assert set(player["RestrictNamespaces"].split()) == {"user", "pid", "net"}
    assert "chroot" in player["SystemCallFilter"]
    assert player["User"] != "root"


def test_every_unit_is_in_the_preset_and_runs_as_a_user_that_is_made() -> None:
    preset = re.findall(r"^enable (\S+)$", (FOLDER / "vizora.preset").read_text(), re.M)
    made = re.findall(r"^u (\S+)", (FOLDER / "vizora.sysusers").read_text(), re.M)

    assert sorted(preset) == [path.name for path in UNITS]
    assert {path.stem for path in UNITS} >= SERVICES
    assert {unit(path)["Service"]["User"] for path in UNITS} == {*made, "root"}


def test_folders_are_made_for_that_user() -> None:
    lines = (FOLDER / "vizora.tmpfiles").read_text().splitlines()
    folders = {words[1]: words[2:5] for line in lines if (words := line.split()) and words[0] == "d"}

    assert folders["/run/vizora"] == ["0750", "vizora", "vizora"]
    assert folders["/var/lib/vizora/identity"] == ["0700", "vizora", "vizora"]


def test_setup_comes_before_everything_that_reads_what_it_leaves() -> None:
    before = set(unit(FOLDER / "vizora-setup.service")["Unit"]["Before"].split())

    assert before >= {"NetworkManager.service", *(f"{service}.service" for service in SERVICES)}
