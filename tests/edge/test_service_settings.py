import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from edge import config, service_settings
from edge.service_settings import end_when_changed, stamps
from tests.child_process import dies_with_its_parent
from tests.free_port import free_port


def wrong(folder: Path) -> dict[str, str]:
    file = folder / "vizora.toml"
    file.write_text('cloud_url = "http://127.0.0.1:1"\npoll_ms = "soon"\n')
    return {
        "VIZORA_CONFIG": str(file),
        "VIZORA_STATE_DIR": str(folder / "state"),
        "VIZORA_RUN_DIR": str(folder / "run"),
    }


def test_in_a_terminal_wrong_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match=r"vizora\.toml, line 2: poll_ms = 'soon'"):
        service_settings.load(wrong(tmp_path), print)


def test_under_systemd_a_service_goes_on_with_what_makes_sense_and_says_what_does_not(tmp_path: Path) -> None:
    said: list[str] = []

    settings = service_settings.load({**wrong(tmp_path), "NOTIFY_SOCKET": "/none"}, said.append, lambda: None)

    assert (settings.cloud_url, settings.poll_ms) == ("http://127.0.0.1:1", 60_000)
    assert len(said) == len(settings.faults) == 1
    assert "vizora.toml, line 2: poll_ms = 'soon' is out of range; allowed" in said[0]


@pytest.mark.parametrize("how", ["written", "replaced", "removed"])
def test_a_file_that_is_changed_in_any_way_ends_it(tmp_path: Path, how: str) -> None:
    file, other, ended = tmp_path / "vizora.toml", tmp_path / "new", threading.Event()
    file.write_text("old")
    other.write_text("new")
    files = [file, tmp_path / "never-there"]
    end_when_changed(files, stamps(files), ended.set, look_s=0.01)
    assert not ended.wait(0.1)

    match how:
        case "written":
            file.write_text("longer")
        case "replaced":
            other.replace(file)
        case "removed":
            file.unlink()

    assert ended.wait(60)


@pytest.mark.parametrize("words", [["provision"], ["cache"], ["diagnostics"]])
def test_a_service_that_was_started_with_a_wrong_setting_ends_in_order_when_it_is_mended(
    words: list[str], tmp_path: Path
) -> None:
    """systemd starts it again then: whether it had ended with 0 or not."""
    environ = {
        **os.environ,
        **wrong(tmp_path),
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "VIZORA_DIAGNOSTICS_PORT": str(free_port()),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.cli", *words],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_its_parent,
    )
    assert process.stderr is not None
    said = next(line for line in process.stderr if "wrong setting" in line)
    (tmp_path / "vizora.toml").write_text('cloud_url = "http://127.0.0.1:1"\n')
    process.communicate(timeout=60)

    assert "line 2: poll_ms = 'soon'" in said
    assert process.returncode in (0, -signal.SIGTERM)
