from pathlib import Path

import pytest

from edge.update import backend
from edge.update.machine import GRUB, TRIAL, TRYBOOT, Machine, Places
from edge.update.slots import BAD, FACTORY, GOOD, NEW, Slot, Slots
from tests.edge.update.places import Remounts, laid_out, machine
from vizora.errors import OperatorError

RUNNING = Slots(primary=Slot.A, a=GOOD, b=BAD)


@pytest.fixture(params=[GRUB, TRYBOOT])
def device(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    made = machine(laid_out(tmp_path, request.param, Slot.A))
    made.store(RUNNING)
    return made


def ask(device: Machine, *arguments: str) -> str:
    return backend.answer(device, *arguments)


def test_an_installation_as_rauc_does_it(device: Machine) -> None:
    ask(device, "set-state", "B", "bad")
    assert ask(device, "get-state", "B") == "bad"
    assert ask(device, "get-primary") == "A"

    ask(device, "set-primary", "B")
    assert ask(device, "get-primary") == "B"
    assert ask(device, "get-state", "B") == "good"
    assert device.slots() == Slots(primary=Slot.B, a=GOOD, b=NEW)


def test_the_running_system_marked_good_is_confirmed(device: Machine) -> None:
    device.store(FACTORY)

    ask(device, "set-state", "A", "good")

    assert device.slots().a == GOOD
    assert ask(device, "get-current") == "A"


def test_the_running_system_marked_bad_makes_way(device: Machine) -> None:
    device.store(Slots(primary=Slot.A, a=GOOD, b=GOOD))

    ask(device, "set-state", "A", "bad")

    assert device.slots() == Slots(primary=Slot.B, a=BAD, b=GOOD)


def test_the_next_restart_of_a_pi_asks_for_the_new_system_and_only_then(tmp_path: Path) -> None:
    places = laid_out(tmp_path, TRYBOOT, Slot.A)
    device = machine(places)

    device.store(Slots(primary=Slot.B, a=GOOD, b=NEW))
    assert places.restart.read_text() == TRIAL

    device.store(RUNNING)
    assert not places.restart.exists()


def test_the_boot_partition_is_writable_only_while_it_is_written(tmp_path: Path) -> None:
    remounts = Remounts()
    device = Machine(laid_out(tmp_path, GRUB, Slot.A), remount=remounts)

    device.store(RUNNING)

    assert remounts == ["rw", "ro"]


def test_an_installation_before_the_system_is_confirmed_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = laid_out(tmp_path, GRUB, Slot.A)

    assert backend.main(["set-state", "B", "bad"], places) == 1
    assert "slot A runs but isn't confirmed yet" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [[], ["set-primary", "C"], ["set-state", "A", "fine"], ["dance"]])
def test_wrong_use_is_told(wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert backend.main(wrong, laid_out(tmp_path, GRUB, Slot.A)) == 2
    assert capsys.readouterr().err.startswith("usage: get-primary")


def test_a_machine_that_is_no_appliance_says_so(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no device with two slots"):
        Machine(Places(board=tmp_path / "none"))
