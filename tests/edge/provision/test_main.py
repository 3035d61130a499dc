import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import edge
from edge.clock import SystemClock
from edge.identity import read_credentials
from edge.paths import DevicePaths
from edge.provision.__main__ import main
from tests.fakes.device_cloud import FakeCloud, fake_cloud


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


def start(folder: Path, cloud: FakeCloud) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "PYTHONPATH": str(Path(edge.__file__).parents[1]),
        "VIZORA_STATE_DIR": str(folder / "state"),
        "VIZORA_RUN_DIR": str(folder / "run"),
        "VIZORA_CLOUD_URL": cloud.url,
    }
    return subprocess.Popen([sys.executable, "-m", "edge.provision"], env=environ, stderr=subprocess.DEVNULL)


def test_the_process_pairs_keeps_its_identity_when_killed_and_ends_in_order(tmp_path: Path, cloud: FakeCloud) -> None:
    paths = DevicePaths(tmp_path / "state", tmp_path / "run")
    first = start(tmp_path, cloud)
    cloud.wait_for(lambda: bool(cloud.asked("/api/pairing")))
    first.kill()
    first.wait()
    identity = paths.device_key.read_bytes()

    cloud.pairing = [(200, cloud.paired())]
    second = start(tmp_path, cloud)
    clock = SystemClock()
    end = clock.monotonic() + 30
    while read_credentials(paths.credentials) is None and clock.monotonic() < end:
        clock.sleep(0.05)
    second.send_signal(signal.SIGTERM)

    assert second.wait(20) == 0
    assert read_credentials(paths.credentials) is not None
    assert paths.device_key.read_bytes() == identity


def test_a_wrong_setting_is_named_and_ends_it_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"VIZORA_CLOUD_URL": "signs"}) == 2
    assert "VIZORA_CLOUD_URL='signs'" in capsys.readouterr().err
