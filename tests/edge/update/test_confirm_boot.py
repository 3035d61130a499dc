import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from edge.update import slots as rules
from edge.update.confirm_boot import ConfirmBoot
from edge.update.confirming import Verdict
from edge.update.machine import GRUB
from edge.update.slots import BAD, GOOD, Slot, Slots, State
from tests.edge.update.places import laid_out, machine
from tests.fakes.clock import FakeClock

TRIED = Slots(primary=Slot.B, a=GOOD, b=State(0, False))


class Player:
    """Writes `player.json` whenever the watcher sleeps."""

    def __init__(self, clock: FakeClock, path: Path, frames_a_second: int) -> None:
        self._clock, self._path, self._rate = clock, path, frames_a_second
        self._frames = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        self._frames += round(seconds * self._rate)
        self.meanwhile()
        self._path.write_text(json.dumps({"bootId": "run-1", "frames": self._frames}))

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()


class Case:
    def __init__(self, folder: Path, slots: Slots, current: Slot, rate: int = 60) -> None:
        self.machine = machine(laid_out(folder, GRUB, current))
        self.machine.store(slots)
        self.player = Player(FakeClock(), folder / "player.json", rate)
        self.restarts = 0
        self.watch = ConfirmBoot(self.machine, self.player, folder / "player.json", self)

    def confirm(self) -> None:
        self.machine.store(rules.confirmed(self.machine.slots(), self.machine.current))

    def restart(self) -> None:
        self.restarts += 1

    def told(self) -> dict[str, object]:
        content: dict[str, object] = json.loads(self.machine.status.read_text())
        return content


def test_a_new_system_that_shows_frames_is_confirmed(tmp_path: Path) -> None:
    case = Case(tmp_path, TRIED, Slot.B)

    assert case.watch.run() is Verdict.CONFIRM
    assert case.machine.slots() == Slots(primary=Slot.B, a=GOOD, b=GOOD)
    assert case.told()["state"] == "confirmed"
    assert case.told()["fellBack"] is False


def test_a_new_system_that_shows_nothing_restarts_unconfirmed(tmp_path: Path) -> None:
    case = Case(tmp_path, TRIED, Slot.B, rate=0)

    assert case.watch.run() is Verdict.RESTART
    assert case.machine.slots() == TRIED
    assert case.restarts == 1
    assert case.told()["state"] == "restarting"


def test_the_old_system_that_came_back_gives_the_new_one_up_and_says_so(tmp_path: Path) -> None:
    case = Case(tmp_path, TRIED, Slot.A)

    case.watch.run()

    assert case.machine.slots() == Slots(primary=Slot.A, a=GOOD, b=BAD)
    assert case.told()["fellBack"] is True


def test_an_update_that_is_written_during_the_quiet_minutes_is_not_given_up(tmp_path: Path) -> None:
    case = Case(tmp_path, Slots(primary=Slot.A, a=GOOD, b=BAD), Slot.A)
    update = Slots(primary=Slot.B, a=GOOD, b=State(1, False))
    case.player.meanwhile = lambda: case.machine.store(update)

    assert case.watch.run() is Verdict.CONFIRM
    assert case.machine.slots() == update


@pytest.mark.parametrize("state", [GOOD, State(2, True)])
def test_a_confirmed_system_that_shows_nothing_does_not_restart_for_ever(state: State, tmp_path: Path) -> None:
    case = Case(tmp_path, Slots(primary=Slot.A, a=state, b=GOOD), Slot.A, rate=0)

    assert case.watch.run() is Verdict.LEAVE
    assert case.restarts == 0
