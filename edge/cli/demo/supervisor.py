"""Starts the product's processes, starts them again when they die, ends them all. What systemd does on a device."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge.clock import Clock
from vizora.errors import OperatorError

RESTART_AFTER = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before the first, second, … restart in a row."""
STEADY_AFTER = 30.0
"""Seconds after which a process counts as well again."""
GRACE = 8.0
"""Seconds between SIGTERM and SIGKILL."""
EXIT_WRONG_USE = 2
EXIT_CLOSED = 3
"""The player's word for: the person at the screen closed its window."""
PASSED_ON = ("VIZORA_WEB", "VIZORA_WEB_ALLOW")
"""Settings of ours that hold for the demo's screen too."""
PR_SET_PDEATHSIG = 1
SOURCE_ROOT = Path(__file__).resolve().parents[3]


class Closed(Exception):
    """The player's window was closed: whoever looks on has seen enough."""


@dataclass(slots=True)
class Child:
    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    deaths: int = 0
    """In a row; forgotten after STEADY_AFTER."""


@dataclass(slots=True)
class Supervisor:
    """One per demo. `tick` is called often and never waits."""

    clock: Clock
    logs: Path
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, module: Sequence[str], environ: Mapping[str, str]) -> Child:
        """Starts `python -m <module…>` with `environ` and a log file of its own."""
        child = Child(name, (sys.executable, "-m", *module), environ, self.logs / f"{name}.log")
        self.children.append(child)
        self._spawn(child)
        return child

    def child(self, name: str) -> Child:
        return next(child for child in self.children if child.name == name)

    def tick(self) -> None:
        """Restarts what died.

        Raises OperatorError for a process that refuses to start at all, and Closed when its window was closed.
        """
        now = self.clock.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                if child.process.returncode == EXIT_WRONG_USE:
                    raise OperatorError(f"{child.name}: {last_words(child.log)}")
                if child.process.returncode == EXIT_CLOSED:
                    raise Closed
                steady = now - child.started_at >= STEADY_AFTER
                child.deaths = 1 if steady else child.deaths + 1
                child.restart_at = now + RESTART_AFTER[min(child.deaths, len(RESTART_AFTER)) - 1]
                child.process = None
            if child.process is None and now >= child.restart_at:
                self._spawn(child)

    def gave_up(self, child: Child) -> bool:
        """Whether a process has died so often in a row that it will hardly come up."""
        return child.deaths >= len(RESTART_AFTER)

    def stop(self) -> None:
        """Ends all children, the last started first, and waits for them."""
        running = [child for child in reversed(self.children) if child.process and child.process.poll() is None]
        for child in running:
            assert child.process is not None
            child.process.terminate()
        deadline = self.clock.monotonic() + GRACE
        for child in running:
            assert child.process is not None
            try:
                child.process.wait(max(0.1, deadline - self.clock.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self.children.clear()

    def _spawn(self, child: Child) -> None:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                env=_environment(child.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the demo, which then ends them in order
                preexec_fn=_die_with_parent,
            )
        child.started_at = self.clock.monotonic()


def last_words(log: Path) -> str:
    """The last line of a log: what the process said before it ended."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "ended without a word"


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    def ours(name: str) -> bool:
        return name.startswith(("VIZORA_", "PYTHONPATH")) and name not in PASSED_ON

    inherited = {name: value for name, value in os.environ.items() if not ours(name)}
    return {**inherited, "PYTHONPATH": str(SOURCE_ROOT), "PYTHONUNBUFFERED": "1", **extra}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
