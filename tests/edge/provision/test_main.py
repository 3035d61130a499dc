import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import edge
from edge.clock import SystemClock
from edge.identity import read_credentials
from edge.paths import DevicePaths
from edge.provision.__main__ import main
from tests.child_process import dies_with_its_parent
from tests.fakes.device_cloud import FakeCloud, fake_cloud


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


@contextmanager
def running(folder: Path, cloud: FakeCloud) -> Iterator["subprocess.Popen[bytes]"]:
    environ = {
        **os.environ,
        "PYTHONPATH": str(Path(edge.__file__).parents[1]),
        "VIZORA_STATE_DIR": str(folder / "state"),
        "VIZORA_RUN_DIR": str(folder / "run"),
        "VIZORA_CLOUD_URL": cloud.url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.provision"],
        env=environ,
        stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_its_parent,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(paths: DevicePaths, command: str) -> object:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(paths.provision_socket))
        line.sendall(json.dumps({"command": command}).encode() + b"\n")
        with line.makefile("rb") as answers:
            return json.loads(answers.readline())


def test_the_process_pairs_keeps_its_identity_when_killed_and_ends_in_order(tmp_path: Path, cloud: FakeCloud) -> None:
    paths = DevicePaths(tmp_path / "state", tmp_path / "run")
    with running(tmp_path, cloud):
        cloud.wait_for(lambda: bool(cloud.asked("/api/pairing")))
    identity = paths.device_key.read_bytes()

    cloud.pairing = [(200, cloud.paired())]
    with running(tmp_path, cloud) as second:
        clock = SystemClock()
        end = clock.monotonic() + 30
        while read_credentials(paths.credentials) is None and clock.monotonic() < end:
            clock.sleep(0.05)
        left = ask(paths, "leave")
        second.send_signal(signal.SIGTERM)
        status = second.wait(20)

    assert status == 0
    assert left == {"ok": True, "cloudKnows": True}
    assert read_credentials(paths.credentials) is None
    assert paths.device_key.read_bytes() == identity


def test_a_wrong_setting_is_named_and_ends_it_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {"VIZORA_CLOUD_URL": "signs"}) == 2
    assert "VIZORA_CLOUD_URL='signs'" in capsys.readouterr().err


def test_a_part_that_is_none_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wifi"], {}) == 2
    assert "[setup | network | reset | unpair]" in capsys.readouterr().err
