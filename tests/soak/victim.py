"""A real cloud in a process of its own that is killed and started again while others talk to it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.child_process import dies_with_its_parent
from tests.cloud.house import registration
from tests.cloud.serving import ROOT, environment
from tests.free_port import free_port

LIMIT_S = 120.0
LOOK_S = 0.02
"""Between two questions whether it is there; nothing depends on how long."""


class Victim:
    """`module` is what is run: `cloud`, or a twin of it that is broken on purpose."""

    def __init__(self, data: Path, variables: Mapping[str, str] | None = None, module: str = "cloud") -> None:
        self.data = data
        self.kills = 0
        self.port = 0
        self.up = threading.Event()
        """Whether it answers; while it does not, who wants something waits for it."""
        self._variables = dict(variables or {})
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data.with_name(f"{data.name}.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._end()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", self._module, "serve", "--port", str(self.port), "--data", str(self.data)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment(**self._variables), cwd=ROOT, stdout=subprocess.DEVNULL,
                stderr=log, preexec_fn=dies_with_its_parent,
            )  # fmt: skip
        deadline = time.monotonic() + LIMIT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the cloud does not start (exit status {self._process.returncode})")
            time.sleep(LOOK_S)
        self.up.set()

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is tidied."""
        self._end()
        self.kills += 1

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """As a machine that swaps, or is moved to another one: it does nothing, and its sockets stay."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> tuple[int, float]:
        """SIGTERM: its exit status, and the seconds it took to end."""
        assert self._process is not None
        self.up.clear()
        asked = time.monotonic()
        self._process.terminate()
        status = self._process.wait(LIMIT_S)
        self._process = None
        return status, time.monotonic() - asked

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def said(self) -> str:
        """On stderr, in all its lives."""
        return self._log.read_text(errors="replace")

    def register(self) -> Any:
        """The answer to a new organization's first person."""
        answer = requests.post(f"{self.url}/api/auth/register", json=registration(), timeout=LIMIT_S)
        answer.raise_for_status()
        return answer.json()

    def _end(self) -> None:
        assert self._process is not None
        self.up.clear()
        self._process.kill()
        self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=LIMIT_S).status_code == 200
        except requests.ConnectionError:
            return False
