"""A cloud in a process of its own, to be killed the way power cuts and the kernel kill."""

import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.child_process import dies_with_its_parent
from tests.free_port import free_port

ROOT = Path(__file__).parents[3]
PASSWORD = "correct horse battery"
EMAIL = "admin@acme.example"


class RunningCloud:
    """`start` and `kill` as often as you like: the data folder stays."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.session = requests.Session()

    def __enter__(self) -> Self:
        self.start()
        body = {"email": EMAIL, "password": PASSWORD, "firstName": "A", "lastName": "B", "organizationName": "Acme"}
        self._use(self.session.post(f"{self.url}/api/auth/register", json=body, timeout=30))
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.kill()
        self.session.close()

    def start(self) -> None:
        """On another port each time: while it was down, somebody else may have taken the old one."""
        self.url = f"http://127.0.0.1:{free_port()}"
        port = self.url.rpartition(":")[2]
        command = [sys.executable, "-m", "cloud", "serve", "--port", port, "--data", str(self.data)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=dies_with_its_parent,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert "vizora cloud: http" in said, said

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is tidied."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def peak_memory(self) -> int:
        """The most this process ever had in memory, in bytes."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=30)

    def upload(self, data: Any) -> requests.Response:
        return self.session.post(f"{self.url}/api/content", files={"file": ("x", data)}, timeout=60)

    def connection(self) -> socket.socket:
        """A bare connection, for requests that do not end as they should."""
        return socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])), timeout=30)

    @property
    def token(self) -> str:
        return str(self.session.headers["Authorization"])

    def _use(self, answer: requests.Response) -> None:
        assert answer.status_code == 201, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
