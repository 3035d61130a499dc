"""A real `python -m cloud serve` in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

import cloud
from tests.child_process import dies_with_its_parent
from tests.free_port import free_port

ROOT = Path(cloud.__file__).parent.parent
START_S = 60.0


@dataclass(slots=True)
class Working:
    """A real process of a cloud; by itself `python -m cloud worker`."""

    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        """As the machine's power would: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=START_S)

    def stop(self) -> tuple[int, str]:
        """Asked to end; its exit status and what it said on stderr."""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=START_S)
        return self.process.returncode, errors


@dataclass(slots=True)
class Serving(Working):
    """`python -m cloud serve`."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def command(data: Path, port: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "cloud", "serve", "--port", str(port), "--data", str(data), *more]


def environment(**changes: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default", **changes}


def start(data: Path, port: int | None = None, **changes: str) -> Serving:
    """Returns once it answers."""
    port = port or free_port()
    process = _begin(data, command(data, port), changes)
    serving = Serving(process, port)
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(f"{serving.url}/readyz", timeout=START_S).raise_for_status()
        except requests.RequestException:
            continue
        return serving
    process.kill()
    raise AssertionError(f"it does not start: {process.communicate()}")


def start_worker(data: Path, **changes: str) -> Working:
    """Returns once it is at work."""
    process = _begin(data, [sys.executable, "-m", "cloud", "worker", "--data", str(data)], changes)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert "at work" in said, process.communicate()
    return Working(process)


def _begin(data: Path, arguments: list[str], changes: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        arguments,
        env=environment(**changes),
        cwd=data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_its_parent,
    )


def run(arguments: list[str], **changes: str) -> "subprocess.CompletedProcess[str]":
    """To its end, for starts that must fail."""
    return subprocess.run(arguments, env=environment(**changes), capture_output=True, text=True, timeout=START_S)
