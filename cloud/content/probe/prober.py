"""The parent's side: starts the decoding process, waits no longer than allowed, and believes only a strict answer."""

import signal
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cloud.content.faults import DamagedFile, ProbeBroken
from cloud.content.file_faults import FaultCode, fault
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import LIMITS, MIB, Limits
from cloud.content.probe.process import Ended, Processes
from cloud.content.probe.report import Facts, Fault, unpack

_CHILD = "cloud.content.probe.child"


@dataclass(frozen=True, slots=True)
class Probed:
    facts: Facts
    thumbnail: bytes
    """WebP."""


class Prober:
    """Runs one process a file. `module` is its program."""

    def __init__(self, *, limits: Limits = LIMITS, module: str = _CHILD) -> None:
        self._limits = limits
        self._processes = Processes(module)

    def probe(self, file: Path, media_type: MediaType, limits: Limits | None = None) -> Probed:
        """Decodes `file` in a confined process; blocks up to `limits.wall_s`. Any thread may call it.

        `limits` are for this file only; the prober's own when not given.

        Raises DamagedFile (CONTENT_004) with the fault, also when the process crashes, computes or wants too much;
        ProbeBroken when our own program fails or waits too long for the machine, which says nothing about the file;
        ProbeStopped after `close`; OSError when the file can't be opened or no process started.
        """
        limits = limits or self._limits
        with self._processes.started(file, media_type, limits) as running:
            answer = running.out.read(limits.answer_bytes)
            if len(answer) >= limits.answer_bytes:
                running.kill()
            ended = running.end()
        return _judge(answer, ended, media_type, limits)

    def close(self) -> None:
        """Ends the processes that run; every `probe` raises ProbeStopped from now on."""
        self._processes.close()


def _judge(answer: bytes, ended: Ended, media_type: MediaType, limits: Limits) -> Probed:
    status = ended.status
    if ended.late:  # with its computing limited, it is the machine that was too busy
        raise ProbeBroken(f"Checking an upload took more than {limits.wall_s:g} s: the server is too busy.")
    if status == -signal.SIGXCPU or (status == -signal.SIGKILL and not answer):
        raise DamagedFile(fault(FaultCode.TIME, seconds=limits.cpu_s))
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
