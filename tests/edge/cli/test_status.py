import json
from pathlib import Path
from typing import Any

import pytest

from edge.cli.status import main, sentences


def test_a_device_with_nothing_running_says_so_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIZORA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("VIZORA_RUN_DIR", str(tmp_path))

    assert main([]) == 1

    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "The player is not running: nothing draws on the screen."
    assert [line.endswith("not running") for line in lines] == [True] * 3


def test_for_programs_the_findings_come_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIZORA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("VIZORA_RUN_DIR", str(tmp_path))
    main(["--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0]["cause"] == "player-dead"
    assert told["player"] == {}


def test_a_problem_comes_first_with_its_code() -> None:
    problem = {"code": "VZ-112", "sentence": "Storage full."}
    report: dict[str, dict[str, Any]] = {
        "provision": {"state": "paired", "organizationName": "ACME"},
        "cache": {"state": "blocked", "problem": problem, "manifestVersion": 4, "playsWaiting": 2},
        "player": {"state": "playing", "shown": [{"title": "Menu"}], "clock": "trusted"},
    }

    assert sentences(report) == [
        "pairing  paired with ACME",
        "cache    VZ-112: Storage full. blocked, manifest 4, last contact never, 2 plays waiting",
        "player   playing: Menu, clock trusted",
    ]


def test_a_wrong_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIZORA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("VIZORA_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("VIZORA_WINDOW", "big")

    assert main([]) == 1

    assert capsys.readouterr().out.startswith(
        "Wrong settings, which count as not set: VIZORA_WINDOW='big' is no window"
    )


def test_nobody_learns_the_hotspots_password_from_afar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIZORA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("VIZORA_RUN_DIR", str(tmp_path))
    (tmp_path / "network").mkdir()
    hotspot = {"name": "Vizora-AB23", "password": "mk7wq2ad", "link": "WIFI:T:WPA;S:Vizora-AB23;P:mk7wq2ad;;"}
    (tmp_path / "network" / "network.json").write_text(json.dumps({"state": "offering", "hotspot": hotspot}))
    main(["--json"])
    main([])

    said = capsys.readouterr().out
    assert "Vizora-AB23" in said
    assert "mk7wq2ad" not in said


def test_the_last_stick_has_a_line() -> None:
    stick = {"sentence": "Version 3 plays; 2 files came from the stick.", "at": "2026-11-26T09:00:00Z"}
    others: dict[str, dict[str, object]] = {"provision": {}, "player": {}}

    assert "stick    Version 3 plays; 2 files came from the stick. (2026-11-26T09:00:00Z)" in sentences(
        {**others, "cache": {"state": "idle", "stick": stick}}
    )
    assert not [line for line in sentences({**others, "cache": {"state": "idle"}}) if line.startswith("stick")]


def test_the_network_has_a_line_where_it_is_ours() -> None:
    problem = {"code": "VZ-103", "sentence": "“Shop” refused the password."}
    hotspot = {"name": "Vizora-AB23"}
    offering = {"network": {"state": "offering", "problem": problem, "hotspot": hotspot}}
    online = {"network": {"state": "online", "network": "Shop", "problem": None, "hotspot": None}}
    others: dict[str, dict[str, object]] = {"provision": {}, "cache": {}, "player": {}}

    assert sentences({**others, **offering})[0] == (
        "network  VZ-103: “Shop” refused the password. offering, as Vizora-AB23"
    )
    assert sentences({**others, **online})[0] == "network  online, Shop"
    assert not sentences(others)[0].startswith("network")
