"""`vizora confirm-boot`: keeps the system that has just started once it has shown frames; else the old one returns."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from edge import config
from edge.clock import Clock, SystemClock
from edge.diagnostics.disk import mount_of
from edge.paths import DevicePaths
from edge.provision.confirmation import Seen, Verdict, Watch, looked, verdict
from edge.status import PlayerStatus, read_status
from vizora.errors import OperatorError

DONE, FAILED, WRONG_USE = 0, 1, 2
LOOK_S = 2.0
PATIENCE_S = 60.0
KEEP = ("rauc", "status", "mark-good")
GO_BACK = ("systemctl", "reboot")
"""Not confirmed, so the boot loader's one try is used up and it starts the other one."""

VOLATILE = ("tmpfs", "overlay", "squashfs", "ramfs")
"""File systems that the state lies on when the data partition could not be mounted."""

Run = Callable[[Sequence[str]], None]


def run(command: Sequence[str]) -> None:
    """Raises OSError, subprocess.SubprocessError."""
    subprocess.run(command, check=True, timeout=PATIENCE_S, stdout=subprocess.DEVNULL)


def main(arguments: Sequence[str]) -> int:
    """Exit status 0: kept, or on its way back; 1: the boot loader could not be told; 2: wrong use."""
    parser = argparse.ArgumentParser(prog="vizora confirm-boot", description=__doc__)
    parser.parse_args(arguments)
    try:
        paths = config.load(os.environ).paths
    except OperatorError as error:
        sys.stderr.write(f"vizora confirm-boot: {error}\n")
        return WRONG_USE
    return follow(paths, SystemClock(), run)


def follow(paths: DevicePaths, clock: Clock, act: Run, root: Path = Path("/")) -> int:
    watch = Watch(began_s=clock.monotonic())
    while (judged := verdict(watch, clock.monotonic())) is Verdict.WAIT:
        watch = looked(watch, _look(paths, clock, root))
        clock.sleep(LOOK_S)
    sys.stderr.write(f"confirm-boot: {judged}\n")
    try:
        act(KEEP if judged is Verdict.KEEP else GO_BACK)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"vizora confirm-boot: {error}\n")
        return FAILED
    return DONE


def _look(paths: DevicePaths, clock: Clock, root: Path) -> Seen:
    mount = mount_of(paths.state, root)
    player = read_status(paths.player_status, PlayerStatus)
    return Seen(
        at_s=clock.monotonic(),
        boot_id=player.boot_id if player else None,
        frames=player.frames if player else 0,
        is_data_there=mount is not None and mount.file_system not in VOLATILE,
    )
