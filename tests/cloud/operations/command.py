"""`vizora cloud …` in a process of its own, as operators run it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.cloud.serving import ROOT, environment

TIMEOUT_S = 120


def arguments(*given: str | Path) -> list[str]:
    return [sys.executable, "-m", "cloud", *map(str, given)]


def run(
    *given: str | Path, said: str = "", variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        arguments(*given), env=environment(**(variables or {})), cwd=ROOT, input=said, capture_output=True, text=True,
        timeout=TIMEOUT_S,
    )  # fmt: skip


def begin(*given: str | Path, variables: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        arguments(*given), env=environment(**(variables or {})), cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
