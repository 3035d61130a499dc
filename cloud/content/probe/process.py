"""Starts a confined process for a file, waits no longer than allowed, and ends whatever it started."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

import cloud
from cloud.content.faults import ProbeBroken
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import Limits
from vizora.errors import VizoraError

_IMPORT_ROOT = Path(cloud.__file__).resolve().parent.parent
_OUR_OWN_FAULT = 1
"""The status of a Python program that ended by an exception it did not expect."""


class ProbeStopped(VizoraError):
    """The process was ended before it was done with the file; it says nothing about the file."""


@dataclass(frozen=True, slots=True)
class Ended:
    status: int
    late: bool
    """It was ended for taking too long."""


class Running:
    def __init__(self, process: subprocess.Popen[bytes], processes: "Processes") -> None:
        assert process.stdout is not None
        self.out: BinaryIO = process.stdout  # type: ignore[assignment]
        self._process = process
        self._processes = processes
        self._late = threading.Event()

    def end(self) -> Ended:
        """Waits for it. Raises ProbeStopped after `Processes.close`, ProbeBroken when our own program failed."""
        status = self._process.wait()
        if self._processes.closed:
            raise ProbeStopped("the check was stopped")
        if status == _OUR_OWN_FAULT and not self._late.is_set():
            program = self._processes.module
            raise ProbeBroken(f"The process {program} does not work (status {status}); run it by hand to see why.")
        return Ended(status, self._late.is_set())

    def kill(self) -> None:
        """Ends it and whatever it started; it leads a session of its own."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def give_up(self) -> None:
        self._late.set()
        self.kill()


class Processes:
    """Those that run `module`: `python -m module MEDIA_TYPE PARENT_PID LIMITS_JSON`, the file on standard input."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.closed = False
        self._lock = threading.Lock()
        self._live: set[Running] = set()

    @contextlib.contextmanager
    def started(self, file: Path, media_type: MediaType, limits: Limits) -> Iterator[Running]:
        """A process with `file`; it is ended `limits.wall_s` later, and when it is left. Any thread may call it.

        Raises ProbeStopped after `close`, OSError when the file can't be opened or no process started.
        """
        with file.open("rb") as source, self._lock:
            if self.closed:
                raise ProbeStopped("the check was stopped")
            process = self._start(source, media_type, limits)
            running = Running(process, self)
            self._live.add(running)
        timer = threading.Timer(limits.wall_s, running.give_up)
        timer.start()
        try:
            yield running
        finally:
            timer.cancel()
            running.kill()  # before the pipe is closed, or it would end of that, as if by itself
            running.out.close()
            process.wait()
            with self._lock:
                self._live.discard(running)

    def close(self) -> None:
        """Ends those that run; none is started from now on."""
        with self._lock:
            self.closed = True
            for running in self._live:
                running.kill()

    def _start(self, source: BinaryIO, media_type: MediaType, limits: Limits) -> subprocess.Popen[bytes]:
        told = [media_type.value, str(os.getpid()), msgspec.json.encode(limits).decode()]
        return subprocess.Popen(
            [sys.executable, "-m", self.module, *told],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_IMPORT_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"},
            start_new_session=True,
        )
