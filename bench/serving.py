"""Real `cloud serve` processes to measure, and the processes that put load on them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.child_process import dies_with_its_parent
from tests.cloud.house import registration
from tests.cloud.serving import ROOT, Serving, command, environment
from tests.free_port import free_port

LIMIT_S = 120.0
LOOK_S = 0.005
"""Between two looks whether it answers: as often as it takes to tell a hundredth of a second."""


@contextmanager
def serving(data: Path, variables: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """From its first answer to its end."""
    port = free_port()
    process = subprocess.Popen(
        command(data, port), env=environment(**(variables or {})), cwd=data.parent, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=dies_with_its_parent,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + LIMIT_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the cloud does not start (exit status {process.returncode})")
            time.sleep(LOOK_S)
        yield Serving(process, port)
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=LIMIT_S).status_code == 200
    except requests.ConnectionError:
        return False


class Admin:
    """Somebody who registered, at one of the processes."""

    def __init__(self, at: Serving) -> None:
        answer = requests.post(f"{at.url}/api/auth/register", json=registration(), timeout=LIMIT_S)
        answer.raise_for_status()
        self.organization_id = str(answer.json()["organization"]["id"])
        self._headers = {"Authorization": f"Bearer {answer.json()['token']}"}

    def call(self, at: Serving, method: str, path: str, **more: Any) -> Any:
        more["headers"] = self._headers | more.get("headers", {})
        answer = requests.request(method, at.url + path, timeout=LIMIT_S, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def knock(at: Serving, tokens: Sequence[str], requests: int, *, conditional: bool, connections: int = 32) -> Any:
    """What `bench.knocking` says."""
    arguments = [at.port, connections, requests, *(["304"] if conditional else [])]
    done = subprocess.run(
        [sys.executable, "-m", "bench.knocking", *map(str, arguments)],
        input="\n".join(tokens), capture_output=True, text=True, cwd=ROOT, timeout=LIMIT_S, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


class Crowd:
    """Screens that stay connected (`bench.crowd`), in a process of their own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def hear(self, what: str) -> Any:
        """The next thing it says of this kind. Raises RuntimeError when it lost lines, or ended."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "dropped" in said:
                raise RuntimeError(f"lines were lost: {said}")
            if what in said:
                return said
        raise RuntimeError("the crowd ended")

    def count(self) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write("count\n")
        self._process.stdin.flush()
        return self.hear("beats")


@contextmanager
def crowd(at: Sequence[Serving], tokens: Sequence[str], spread_s: float) -> Iterator[Crowd]:
    """From when all are connected."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.crowd", str(spread_s), *(str(one.port) for one in at)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=dies_with_its_parent,
    )  # fmt: skip
    assert process.stdin is not None
    try:
        process.stdin.write("\n".join(tokens) + "\n\n")
        process.stdin.flush()
        gathered = Crowd(process)
        gathered.hear("connected")
        yield gathered
    finally:
        process.kill()
        process.communicate()
