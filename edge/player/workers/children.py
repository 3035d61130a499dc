"""Starting the player's child processes, and what each of them does first."""

import atexit
import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import edge
from edge.player.workers.ring import sealed_memory

PR_SET_PDEATHSIG = 1
STDERR_SIZE = 8192
MESSAGE_SIZE = 4096
"""Bytes of the longest message a child may send."""
_going: list[subprocess.Popen[bytes]] = []
"""Killed, and not known to be gone."""
PACKAGES = Path(edge.__file__).parent.parent


def start(module: str, arguments: Sequence[str], descriptors: Sequence[int]) -> tuple[subprocess.Popen[bytes], int]:
    """Runs `python -m module` with `descriptors` inherited and a pipe on its standard input.

    The second answer is a descriptor of what it says on standard error: its first 8 kB, the rest is dropped.
    """
    reap()
    complaints = sealed_memory("stderr", STDERR_SIZE)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGES), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, str(os.getpid()), *arguments],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        pass_fds=descriptors,
        env=environment,
        process_group=0,
    )
    return process, complaints


def die_with_parent() -> None:
    """From now on the death of the process that started this one ends it too."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def begin(parent: int, memory: int | None) -> None:
    """The first thing a child does: dies with its parent, and never takes more than `memory` bytes of addresses."""
    die_with_parent()
    if os.getppid() != parent:
        os._exit(0)
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end(process: subprocess.Popen[bytes]) -> None:
    """Kills it, and waits for nothing: it goes within moments, also when it was stopped, but a busy machine makes them
    long ones."""
    if process.poll() is None:
        process.kill()
        _going.append(process)
    if process.stdin is not None:
        process.stdin.close()


class TalkingChild:
    """A child that is told what to do and answers, a JSON object a message, over a socket it is given the number of.

    Nobody waits for it. It may end at any time, and be started anew.
    """

    def __init__(self, module: str, arguments: Sequence[str] = ()) -> None:
        self.channel: socket.socket | None = None
        """Becomes readable when it says something or ends; None while there is no child."""
        self._module = module
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints = -1

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> bool:
        """Starts it, if none runs; answers whether it did. Raises OSError."""
        if self._process is not None and self._process.poll() is None:
            return False
        self.end()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            arguments = [str(theirs.fileno()), *self._arguments]
            self._process, self._complaints = start(self._module, arguments, [theirs.fileno()])
        self.channel = ours
        return True

    def tell(self, order: dict[str, Any], *descriptors: int) -> None:
        """With copies of the descriptors. Raises OSError when it takes nothing."""
        if self.channel is None:
            raise BrokenPipeError
        socket.send_fds(self.channel, [json.dumps(order).encode()], descriptors)

    def heard(self) -> bytes | None:
        """The next message; None when there is none, and an empty one when it has ended."""
        try:
            return None if self.channel is None else self.channel.recv(MESSAGE_SIZE)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def end(self) -> None:
        """Twice is once."""
        if self._process is not None:
            end(self._process)
            os.close(self._complaints)
            self._process = None
        if self.channel is not None:
            self.channel.close()
            self.channel = None


def reap(*, wait: bool = False) -> None:
    """Takes note of the ended ones that are gone by now; with `wait` of all of them."""
    if wait:
        for process in _going:
            process.wait()
    _going[:] = [process for process in _going if process.poll() is None]


atexit.register(reap, wait=True)


def processor_time(pid: int) -> float:
    """Seconds a process has used so far (proc(5), stat); 0 when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def last_words(complaints: int) -> str:
    """The last line of what a child said on standard error; closes the descriptor."""
    raw = os.pread(complaints, STDERR_SIZE, 0)
    os.close(complaints)
    lines = [line for line in raw.replace(b"\0", b"").decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else ""
