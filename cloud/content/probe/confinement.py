"""The walls around the decoding process. It puts itself in them before it looks at the first byte of the file."""

import ctypes
import os
import resource
import signal
from dataclasses import dataclass

from cloud.content.probe.limits import Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_STANDARD_DESCRIPTORS = 3


@dataclass(frozen=True, slots=True)
class Walls:
    """Which walls stand. The descriptor limit alone already bars every new file and socket."""

    own_network: bool


def confine(limits: Limits, *, parent: int) -> Walls:
    """Limits memory, CPU, files and network of this process, for good, and ties its life to process `parent`.

    After it no file and no socket can be opened: everything to be imported must be imported before.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    own_network = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _STANDARD_DESCRIPTORS),
    ):
        resource.setrlimit(kind, (value, value))
    return Walls(own_network)
