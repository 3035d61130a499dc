"""Processes that tests start end with the test, also when it is killed: a forgotten player would sit there for days.

`subprocess.Popen(…, preexec_fn=dies_with_its_parent)`; a test that merely fails ends its processes in a `finally`.
"""

import ctypes
import signal

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def dies_with_its_parent() -> None:
    """Between fork and exec: the kernel kills this process when the thread that started it ends (prctl(2))."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
