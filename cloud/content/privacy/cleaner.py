"""The parent's side: starts the cleaning process, and takes from it either a word or a file."""

from collections.abc import Callable
from pathlib import Path

from cloud.content.faults import ProbeBroken
from cloud.content.media_type import MediaType
from cloud.content.privacy.answer import AS_IT_IS, CLEANED, LONGEST
from cloud.content.probe.limits import Limits
from cloud.content.probe.process import ProbeStopped, Processes
from vizora.errors import VizoraError

_CHILD = "cloud.content.privacy.child"
_CHUNK = 256 * 1024
LIMITS = Limits(cpu_s=15)
"""Somebody waits for the answer to an upload meanwhile."""


class NotCleaned(VizoraError):
    """The file's structure can't be followed, or following it takes too much."""


class Cleaner:
    """Runs one process a file. `module` is its program."""

    def __init__(self, *, limits: Limits = LIMITS, module: str = _CHILD) -> None:
        self._limits = limits
        self._processes = Processes(module)

    def clean(self, file: Path, media_type: MediaType, sink: Callable[[bytes], None]) -> bool:
        """Whether there was something to take out; then `sink` was given the cleaned file, piece by piece.

        Raises NotCleaned (whatever `sink` was given by then is nothing), ProbeBroken when our own program fails, can't
        be started, waits too long for the machine, or was ended by `close`, and what `sink` raises.
        """
        try:
            with self._processes.started(file, media_type, self._limits) as running:
                answer = running.out.readline(LONGEST)
                if answer == CLEANED:
                    while chunk := running.out.read(_CHUNK):
                        sink(chunk)
                ended = running.end()
        except ProbeStopped as fault:
            raise ProbeBroken("Cleaning an upload was stopped.") from fault
        except OSError as fault:
            raise ProbeBroken(f"The file can't be given to a process that cleans it ({fault.strerror}).") from fault
        if ended.late:  # with its computing limited, it is the machine that was too busy
            raise ProbeBroken(f"Cleaning an upload took more than {self._limits.wall_s:g} s: the server is too busy.")
        if ended.status != 0 or answer not in (CLEANED, AS_IT_IS):
            raise NotCleaned(f"{file.name} could not be cleaned as {media_type.value}")
        return answer == CLEANED

    def close(self) -> None:
        """Ends the processes that run, and whoever waits for them; none is started from now on."""
        self._processes.close()
