"""`python -m edge.update.confirm_boot`: watches a system that has just started, and confirms it or goes back.

Runs once a boot, as root, and ends with its verdict. What it found is in `update.json` of the run folder.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from edge.clock import Clock, SystemClock
from edge.config import load
from edge.files import write_at_once
from edge.status import read_status
from edge.update import slots as rules
from edge.update.confirming import Seen, Trial, Verdict, looked, verdict
from edge.update.machine import Machine, Places
from edge.update.slots import Slots
from vizora.errors import VizoraError
from vizora.manifest.model import Value

LOOK_S = 2.0

log = logging.getLogger(__name__)


class PlayerSigns(Value, frozen=True):
    """As much of `player.json` as tells that pictures come."""

    boot_id: str
    frames: int = 0


class UpdateStatus(Value, frozen=True):
    """`update.json`."""

    at: datetime
    slot: str
    primary: str
    version: str
    state: str
    """waiting | confirmed | restarting | unconfirmed"""
    fell_back: bool
    """This start came into another slot than the one that should have started."""
    data: str


class ConfirmBoot:
    def __init__(
        self, machine: Machine, clock: Clock, player_status: Path, status: Path, restart: Callable[[], None]
    ) -> None:
        self._machine = machine
        self._clock = clock
        self._player_status = player_status
        self._status = status
        self._restart = restart

    def run(self) -> Verdict:
        """Until there is a verdict. Raises HardwareError when the boot partition can't be written."""
        at_start = self._machine.slots()
        fell_back = rules.fell_back(at_start, self._machine.current)
        if fell_back:
            log.warning("slot %s runs, although %s should", self._machine.current, at_start.primary)
        self._tell("waiting", at_start, fell_back)
        reached = self._watch(at_start)
        slots = self._machine.slots()
        if slots == at_start and reached is Verdict.CONFIRM:
            slots = rules.confirmed(at_start, self._machine.current)
            self._machine.store(slots)
        log.info("slot %s, version %s: %s", self._machine.current, self._machine.version, reached)
        states = {Verdict.CONFIRM: "confirmed", Verdict.RESTART: "restarting"}
        self._tell(states.get(reached, "unconfirmed"), slots, fell_back)
        if reached is Verdict.RESTART:
            self._restart()
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
        )
        write_at_once(self._status, msgspec.json.encode(status))


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Exit status 0: there is a verdict, 1: this is no such device or its boot partition fails, 2: a wrong setting."""
    logging.basicConfig(level=logging.INFO, format="confirm-boot: %(message)s", stream=sys.stderr)
    try:
        paths = load(environ).paths
    except VizoraError as error:
        log.error("%s", error)
        return 2
    try:
        machine = Machine(Places())
        ConfirmBoot(machine, SystemClock(), paths.player_status, paths.update_status, _restart).run()
    except VizoraError as error:
        log.error("%s", error)
        return 1
    return 0


def _restart() -> None:
    subprocess.run(["systemctl", "reboot"], check=True)


if __name__ == "__main__":
    sys.exit(main())
