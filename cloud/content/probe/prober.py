"""The parent's side: starts the decoding process, waits no longer than allowed, and believes only a strict answer."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

import cloud
from cloud.content.faults import DamagedFile, ProbeBroken
from cloud.content.file_faults import FaultCode, fault
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import LIMITS, MIB, Limits
from cloud.content.probe.report import Facts, Fault, unpack
from vizora.errors import VizoraError

_IMPORT_ROOT = Path(cloud.__file__).resolve().parent.parent
_CHILD = "cloud.content.probe.child"
_OUR_OWN_FAULT = 1
"""The status of a Python program that ended by an exception it did not expect."""


@dataclass(frozen=True, slots=True)
class Probed:
    facts: Facts
    thumbnail: bytes
    """WebP."""


class ProbeStopped(VizoraError):
    """The prober was closed before the file was decoded; it says nothing about the file."""


class Prober:
    """Runs one process a file. `module` is its program."""

    def __init__(self, *, limits: Limits = LIMITS, module: str = _CHILD) -> None:
        self._limits = limits
        self._module = module
        self._lock = threading.Lock()
        self._live: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def probe(self, file: Path, media_type: MediaType, limits: Limits | None = None) -> Probed:
        """Decodes `file` in a confined process; blocks up to `limits.wall_s`. Any thread may call it.

        `limits` are for this file only; the prober's own when not given.

        Raises DamagedFile (CONTENT_004) with the fault, also when the process crashes, hangs or wants too much;
        ProbeBroken when our own program fails, which says nothing about the file; ProbeStopped after `close`;
        OSError when the file can't be opened or no process started.
        """
        limits = limits or self._limits
        with file.open("rb") as source, self._lock:
            if self._closed:
                raise ProbeStopped("the check was stopped")
            process = self._start(source, media_type, limits)
            self._live.add(process)
        try:
            answer, status, late = _wait(process, limits)
        finally:
            with self._lock:
                self._live.discard(process)
        if self._closed:
            raise ProbeStopped("the check was stopped")
        return _judge(answer, status, late, media_type, limits)

    def close(self) -> None:
        """Ends the processes that run; every `probe` raises ProbeStopped from now on."""
        with self._lock:
            self._closed = True
            for process in self._live:
                _kill(process)

    def _start(self, source: BinaryIO, media_type: MediaType, limits: Limits) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                self._module,
                media_type.value,
                str(os.getpid()),
                msgspec.json.encode(limits).decode(),
            ],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_IMPORT_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"},
            start_new_session=True,
        )


def _wait(process: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, int, bool]:
    """What the process answered (bounded), its status, and whether it was ended for taking too long."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(limits.wall_s, end)
    timer.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            answer = process.stdout.read(limits.answer_bytes)
            if len(answer) >= limits.answer_bytes:
                _kill(process)  # before the pipe is closed, or it would end of that, as if by itself
        return answer, process.wait(), late.is_set()
    finally:
        timer.cancel()
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and whatever it started; it leads a session of its own."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _judge(answer: bytes, status: int, late: bool, media_type: MediaType, limits: Limits) -> Probed:
    if late:
        raise DamagedFile(fault(FaultCode.TIME, seconds=limits.wall_s))
    if status == -signal.SIGXCPU or (status == -signal.SIGKILL and not answer):
        raise DamagedFile(fault(FaultCode.TIME, seconds=limits.cpu_s))
    if status == _OUR_OWN_FAULT:
        raise ProbeBroken(f"The decoding process {_CHILD} does not work (status {status}); run it by hand to see why.")
    if status != 0:
        megabytes = limits.memory_bytes // MIB
        raise DamagedFile(fault(FaultCode.STOPPED, type=media_type.value, status=str(status), megabytes=megabytes))
    try:
        report, thumbnail = unpack(answer)
    except msgspec.MsgspecError as error:
        raise DamagedFile(fault(FaultCode.NONSENSE)) from error
    if isinstance(report, Fault):
        raise DamagedFile(report.fault)
    if not (thumbnail.startswith(b"RIFF") and thumbnail[8:12] == b"WEBP"):
        raise DamagedFile(fault(FaultCode.NONSENSE))
    return Probed(report, thumbnail)
