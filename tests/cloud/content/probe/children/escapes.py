"""Tries everything a taken-over decoder would try, and reports what worked as the decoder's words."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from cloud.content.file_faults import FaultCode, fault
from cloud.content.probe.confinement import confine
from cloud.content.probe.limits import LIMITS
from cloud.content.probe.report import Fault, pack


def attempts() -> dict[str, Callable[[], object]]:
    return {
        "read a file": lambda: Path("/etc/passwd").read_bytes(),
        "write a file": lambda: Path("/tmp/vizora-escaped").write_bytes(b"x"),
        "open a socket": lambda: socket.socket(),
        "connect": lambda: socket.create_connection(("127.0.0.1", 80), timeout=1),
        "write to the media file": lambda: os.write(0, b"x"),
        "take much memory": lambda: bytearray(LIMITS.memory_bytes),
        "raise its limits": lambda: os.dup(1),
    }


def report(words: str) -> bytes:
    return pack(Fault(fault(FaultCode.UNDECODABLE, type="", said=words)))


if __name__ == "__main__":
    tries = attempts()
    confine(LIMITS, parent=int(sys.argv[2]))
    worked = []
    for name, act in tries.items():
        try:
            act()
        except (OSError, MemoryError):
            continue
        worked.append(name)
    os.write(1, report(", ".join(worked) or "nothing worked"))
