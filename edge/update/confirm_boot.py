"""`vizora confirm-boot`: keeps the system that has just started once it has shown frames; else the old one returns.

Runs once a start, as root and confined: RAUC, asked over the bus, has the boot partition written. What it found is in
`update.json` beside the slot's name, for the diagnostics and whoever looks.
"""

import argparse
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from edge.clock import Clock, SystemClock
from edge.config import load
from edge.files import write_at_once
from edge.status import UpdateStatus, read_status
from edge.update import slots as rules
from edge.update.confirming import Seen, Trial, Verdict, looked, verdict
from edge.update.machine import Machine, Places
from edge.update.slots import Slots
from vizora.errors import HardwareError, OperatorError, VizoraError
from vizora.manifest.model import Value

LOOK_S = 2.0
PATIENCE_S = 60.0

log = logging.getLogger(__name__)


class PlayerSigns(Value, frozen=True):
    """As much of `player.json` as tells that pictures come."""

    boot_id: str
    frames: int = 0


class Acts(Protocol):
    def confirm(self) -> None:
        """The system that runs is good. Raises HardwareError when that can't be stored."""

    def restart(self) -> None: ...


class ConfirmBoot:
    def __init__(self, machine: Machine, clock: Clock, player_status: Path, acts: Acts) -> None:
        self._machine = machine
        self._clock = clock
        self._player_status = player_status
        self._acts = acts

    def run(self) -> Verdict:
        """Until there is a verdict. An update written meanwhile decides what starts next: then nothing is stored.

        Raises HardwareError when the confirmation can't be stored.
        """
        at_start = self._machine.slots()
        fell_back = rules.fell_back(at_start, self._machine.current)
        if fell_back:
            log.warning("slot %s runs, although %s should", self._machine.current, at_start.primary)
        self._tell("waiting", at_start, fell_back)
        reached = self._watch(at_start)
        if reached is Verdict.CONFIRM and self._machine.slots() == at_start:
            self._acts.confirm()
        log.info("slot %s, version %s: %s", self._machine.current, self._machine.version, reached)
        states = {Verdict.CONFIRM: "confirmed", Verdict.RESTART: "restarting"}
        self._tell(states.get(reached, "unconfirmed"), self._machine.slots(), fell_back)
        if reached is Verdict.RESTART:
            self._acts.restart()
        return reached

    def _watch(self, slots: Slots) -> Verdict:
        replaceable = rules.replaceable(slots, self._machine.current)
        trial = Trial(began=self._clock.monotonic())
        while True:
            trial = looked(trial, self._look())
            reached = verdict(trial, self._clock.monotonic(), replaceable=replaceable)
            if reached is not Verdict.WAIT:
                return reached
            self._clock.sleep(LOOK_S)

    def _look(self) -> Seen:
        player = read_status(self._player_status, PlayerSigns)
        return Seen(
            at=self._clock.monotonic(),
            run=player.boot_id if player is not None else None,
            frames=player.frames if player is not None else 0,
            data=self._machine.data(),
        )

    def _tell(self, state: str, slots: Slots, fell_back: bool) -> None:
        status = UpdateStatus(
            at=self._clock.now(),
            slot=self._machine.current,
            primary=slots.primary,
            version=self._machine.version,
            state=state,
            fell_back=fell_back,
            data=self._machine.data(),
            board=self._machine.board,
        )
        write_at_once(self._machine.status, msgspec.json.encode(status))


class System:
    """RAUC and systemd."""

    def confirm(self) -> None:
        self._run("rauc", "status", "mark-good")

    def restart(self) -> None:
        self._run("systemctl", "reboot")

    def _run(self, *command: str) -> None:
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        except subprocess.CalledProcessError as error:
            raise HardwareError(f"{' '.join(command)}: {error.stderr.decode(errors='replace').strip()}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HardwareError(f"{' '.join(command)}: {error}") from error


def main(arguments: Sequence[str]) -> int:
    """Exit status 0: there is a verdict; 1: this is no such device, or it can't be stored; 2: wrong use."""
    argparse.ArgumentParser(prog="vizora confirm-boot", description=__doc__).parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="confirm-boot: %(message)s", stream=sys.stderr)
    try:
        paths = load(os.environ).paths
    except OperatorError as error:
        sys.stderr.write(f"vizora confirm-boot: {error}\n")
        return 2
    try:
        ConfirmBoot(Machine(Places()), SystemClock(), paths.player_status, System()).run()
    except VizoraError as error:
        sys.stderr.write(f"vizora confirm-boot: {error}\n")
        return 1
    return 0
