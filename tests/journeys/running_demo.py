"""A demo under test: the real command in a process of its own, headless, with its events read as they come."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from edge.cli import player_socket
from edge.cli.demo.api import CloudApi
from edge.cli.status_files import read_json
from tests.child_process import dies_with_its_parent
from tests.free_port import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 180.0
"""Long enough for a machine that does ten other things; a test that passes never waits for it."""
T = TypeVar("T")


@dataclass(slots=True)
class RunningDemo:
    data: Path
    process: subprocess.Popen[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    _queue: queue.Queue[dict[str, Any] | None] = field(default_factory=queue.Queue)

    def read_events(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(json.loads(line))
        self._queue.put(None)

    def next_event(self, kind: str) -> dict[str, Any]:
        """The next event of this kind; the ones passed over are kept in `events`."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            event = self._queue.get(timeout=max(0.1, deadline - time.monotonic()))
            if event is None:
                raise AssertionError(f"the demo ended before {kind!r}: {self.events[-5:]}\n{self.logs()}")
            self.events.append(event)
            if event["event"] == kind:
                return event

    def catch_up(self) -> None:
        """Takes in the events that came meanwhile, so that the next one is news."""
        while not self._queue.empty():
            event = self._queue.get()
            assert event is not None, f"the demo ended\n{self.logs()}"
            self.events.append(event)

    def end(self) -> int:
        """Ctrl-C, and what the shell would see."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(PATIENCE_S)
        while (event := self._queue.get(timeout=10)) is not None:
            self.events.append(event)
        return status

    def api(self) -> CloudApi:
        """The cloud's API, signed in as the demo's admin."""
        ready = next(event for event in self.events if event["event"] == "ready")
        api = CloudApi(ready["url"])
        api.login(ready["email"], ready["password"])
        return api

    @property
    def run_folder(self) -> Path:
        return self.data / "device" / "run"

    def player(self) -> dict[str, Any]:
        return read_json(self.run_folder / "player.json")

    def on_glass(self) -> list[str]:
        return [shown["title"] for shown in self.player().get("shown", [])]

    def screenshot(self, file: Path) -> Path:
        player_socket.ask(self.run_folder / "player.sock", {"command": "screenshot", "file": str(file)}, seconds=60)
        return file

    def pid_of(self, module: str) -> int:
        """The process that runs `python -m <module>` for this demo."""
        found = pids_of(module, self.process.pid)
        assert found, f"{module} does not run\n{self.logs()}"
        return found[0]

    def logs(self) -> str:
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in self.data.glob("logs/*.log")
        )


@contextmanager
def running_demo(data: Path, *arguments: str) -> Iterator[RunningDemo]:
    """Starts `vizora demo --headless --json` with this data folder and ends it and all its children at last."""
    command = [sys.executable, "-m", "edge.cli", "demo", "--headless", "--json", "--data", str(data)]
    command += ["--port", str(free_port()), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=dies_with_its_parent)
    demo = RunningDemo(data, process)
    reader = threading.Thread(target=demo.read_events, daemon=True)
    reader.start()
    try:
        yield demo
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join(10)
        assert process.stdout is not None
        process.stdout.close()


def eventually(look: Callable[[], T | None], what: str) -> T:
    """The first true value that `look` gives. Fails after PATIENCE_S naming what did not come."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        value = look()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: did not come within {PATIENCE_S:g} s")


def pids_of(module: str, ancestor: int) -> list[int]:
    """Processes below `ancestor` whose command line has `-m <module>`."""
    parents: dict[int, int] = {}
    matching: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if module.encode() in words and words[words.index(module.encode()) - 1] == b"-m":
            matching.append(int(entry.name))
    return [pid for pid in matching if ancestor in _line(pid, parents)]


def _line(pid: int, parents: dict[int, int]) -> list[int]:
    """The parent of `pid`, its parent, and so on."""
    line: list[int] = []
    while (pid := parents.get(pid, 0)) and pid not in line:
        line.append(pid)
    return line


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
