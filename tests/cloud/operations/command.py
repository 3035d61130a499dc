"""`vizora cloud …` in a process of its own, as operators run it."""

import subprocess
import sys
from pathlib import Path

from tests.cloud.serving import ROOT, environment

TIMEOUT_S = 120


def arguments(*given: str | Path) -> list[str]:
    return [sys.executable, "-m", "cloud", *map(str, given)]


def run(*given: str | Path, said: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        arguments(*given), env=environment(), cwd=ROOT, input=said, capture_output=True, text=True, timeout=TIMEOUT_S
    )


def begin(*given: str | Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        arguments(*given), env=environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
