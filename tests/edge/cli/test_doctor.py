import json
from pathlib import Path

import pytest

from edge.cli.doctor import main
from edge.diagnostics.gathering import Surroundings
from tests.edge.diagnostics.device import Device
from tests.edge.diagnostics.examine import no_firmware

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = Device(tmp_path)
    made.settle()
    made.publish(issuedAt="2026-11-01T00:00:00Z")
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    return made


def examine(device: Device, *words: str) -> int:
    """On a machine that tells nothing of itself."""
    with device.services():
        return main(words, Surroundings(root=device.folder / "machine", firmware=no_firmware))


def test_the_first_line_names_the_cause_and_the_rest_what_to_do_and_the_facts(device: Device, capsys: Capture) -> None:
    status = examine(device)
    first, *rest = capsys.readouterr().out.splitlines()

    assert status == 1
    assert first == "The machine behind 127.0.0.1:9 is there, and refuses the connection."
    assert "fault: cloud-refuses [VZ-107]" in rest
    assert any(line.startswith("  To do: ") for line in rest)
    assert {"Programme", "Network and cloud", "Clock", "Services", "Machine and display", "Storage"} <= set(rest)
    assert "  Files: 1, 0.0 MB; 1 read and compared now" in rest


def test_offline_nothing_is_asked_of_the_network(device: Device, capsys: Capture) -> None:
    examine(device, "--offline", "--json")
    told = json.loads(capsys.readouterr().out)

    assert told["facts"]["probe"] is None
    assert "cloud-refuses" not in [finding["cause"] for finding in told["findings"]]


def test_for_programs_it_is_one_object(device: Device, capsys: Capture) -> None:
    device.paths.asset(device.sha256).unlink()
    status = examine(device, "--json", "--offline")
    told = json.loads(capsys.readouterr().out)

    assert status == 1
    assert told["headline"] == "A file is not on this device: Menu."
    assert told["findings"][0] | {"advice": ""} == {
        "cause": "asset-missing",
        "severity": "fault",
        "sentence": "A file is not on this device: Menu.",
        "advice": "",
        "code": None,
    }


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_wrong_settings_are_the_first_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("VIZORA_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("VIZORA_RUN_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("VIZORA_WINDOW", "big")
    monkeypatch.setenv("VIZORA_POLL_MS", "soon")

    assert main([*words, "--offline"]) == 1
    text = capsys.readouterr().out
    first = json.loads(text)["headline"] if words else text.partition("\n")[0]
    assert first.startswith("Wrong settings, which count as not set: ")
    assert "VIZORA_WINDOW='big' is no window" in first
    assert "VIZORA_POLL_MS='soon' is out of range" in first
