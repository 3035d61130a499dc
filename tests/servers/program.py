"""Starting a server's program, waiting until it answers, and ending it however the test went."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_S = 120.0
END_S = 30.0


def program(name: str, *folders: Path) -> str:
    """Where it lies: in `folders`, beside this Python, or on the PATH. Raises RuntimeError that says how to get it."""
    places = [*map(str, folders), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise RuntimeError(f"{name} is missing: `make setup test-packages` installs what the tests need")
    return found


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    answers: Callable[[], bool],
    *,
    owner: tuple[int, int] | None = None,
    ending: signal.Signals = signal.SIGTERM,
) -> Iterator["subprocess.Popen[bytes]"]:
    """The program (of `owner`'s user and group), from when it answers to its end. What it says goes to `folder`/log."""
    log = folder / "log"
    log.unlink(missing_ok=True)
    process = _begun(command, folder, log, owner)
    try:
        wait_until(answers, process, log)
        yield process
    finally:
        end(process, ending)


def start_again(
    command: Sequence[str], folder: Path, answers: Callable[[], bool], *, owner: tuple[int, int] | None = None
) -> "subprocess.Popen[bytes]":
    """The program once it answers. One that was killed may be tried several times: what it left behind has to end."""
    log, deadline = folder / "log", time.monotonic() + START_S
    while True:
        process = _begun(command, folder, log, owner)
        try:
            wait_until(answers, process, log)
        except RuntimeError:
            end(process, signal.SIGKILL)
            if time.monotonic() > deadline:
                raise
        else:
            return process


def _begun(command: Sequence[str], folder: Path, log: Path, owner: tuple[int, int] | None) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            user=owner and owner[0], group=owner and owner[1], extra_groups=owner and [],
        )  # fmt: skip


def wait_until(answers: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{process.args!r} does not answer (exit status {process.poll()}): {said}")
        time.sleep(0.05)  # between two questions; nothing depends on how long


def end(process: "subprocess.Popen[bytes]", ending: signal.Signals) -> None:
    process.send_signal(ending)
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
