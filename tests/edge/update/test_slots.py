from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from edge.update import slots as rules
from edge.update.slots import BAD, FACTORY, GOOD, NEW, InstallRefused, Slot, Slots, State
from tests.fakes.two_slots import Content, DarkError, Device, Loader

A, B = Slot.A, Slot.B
BOTH_GOOD = Slots(primary=A, a=GOOD, b=GOOD)

Operation = Callable[[Device], None]
CONTENTS = st.sampled_from(Content)
INSTALL = st.builds(lambda content, cut: lambda device: device.install(content, cut), CONTENTS, st.integers(0, 5))
COMMON: tuple[Operation, ...] = (
    lambda device: device.quiet_minutes(),
    lambda device: device.start(with_power=True),
    lambda device: device.start(with_power=False),
)


def traces(*more: Operation) -> st.SearchStrategy[list[Operation]]:
    return st.lists(st.one_of(INSTALL, st.sampled_from(COMMON + more)), max_size=25)


LONG = settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@LONG
@given(traces(lambda device: device.rot()))
def test_with_grub_a_picture_comes_back_whatever_is_written_cut_or_rotten(trace: list[Operation]) -> None:
    device = Device(Loader.GRUB)
    for operation in trace:
        operation(device)

    device.start(with_power=False)


@LONG
@given(traces())
def test_with_pi_firmware_a_picture_comes_back_whatever_is_written_or_cut(trace: list[Operation]) -> None:
    device = Device(Loader.TRYBOOT)
    for operation in trace:
        operation(device)

    device.start(with_power=False)


@pytest.mark.parametrize("loader", Loader)
def test_a_broken_twin_that_confirms_without_proof_goes_dark(loader: Loader) -> None:
    def goes_dark(trace: list[Operation]) -> bool:
        device = Device(loader, waits_for_proof=False)
        try:
            for operation in trace:
                operation(device)
        except DarkError:
            return True
        return False

    assert find(traces(), goes_dark, settings=settings(max_examples=5000, database=None))


def test_an_update_starts_once_and_stays_when_it_is_confirmed() -> None:
    slots = rules.written(rules.writing(BOTH_GOOD, B, A), B)

    slot, started = rules.grub_starts(slots)

    assert (slot, started[B]) == (B, State(0, False))
    assert rules.confirmed(started, B) == Slots(primary=B, a=GOOD, b=GOOD)


def test_an_update_that_is_not_confirmed_is_given_up() -> None:
    slots = rules.written(rules.writing(BOTH_GOOD, B, A), B)

    _, tried = rules.grub_starts(slots)
    slot, back = rules.grub_starts(tried)

    assert slot is A
    assert rules.fell_back(back, A)
    assert rules.confirmed(back, A) == Slots(primary=A, a=GOOD, b=BAD)


def test_a_confirmed_system_may_be_cut_off_three_times_and_gets_its_tries_back_once() -> None:
    slots = BOTH_GOOD
    starts = []
    for _ in range(4):
        slot, slots = rules.grub_starts(slots)
        starts.append(slot)

    rearmed = rules.confirmed(slots, B)

    assert starts == [A, A, A, B]
    assert rearmed == Slots(primary=A, a=GOOD, b=GOOD, rearmed=True)
    assert rules.confirmed(rearmed, B) == Slots(primary=B, a=BAD, b=GOOD)
    assert rules.confirmed(rearmed, A) == BOTH_GOOD


def test_with_no_tries_left_anywhere_the_slots_take_turns() -> None:
    slots = Slots(primary=B, a=State(0, True), b=State(0, True))
    starts = []
    for _ in range(3):
        slot, slots = rules.grub_starts(slots)
        starts.append(slot)

    assert starts == [A, B, A]


def test_a_system_that_is_not_confirmed_may_not_overwrite_the_last_one_that_was() -> None:
    with pytest.raises(InstallRefused, match="isn't confirmed yet"):
        rules.writing(Slots(primary=B, a=GOOD, b=State(0, False)), A, B)


def test_the_system_that_runs_is_never_written() -> None:
    with pytest.raises(InstallRefused, match="is the one that runs"):
        rules.writing(BOTH_GOOD, A, A)


def test_a_slot_marked_bad_is_no_longer_primary() -> None:
    assert rules.refused(BOTH_GOOD, A) == Slots(primary=B, a=BAD, b=GOOD)


def test_pi_firmware_keeps_the_confirmed_system_and_is_asked_once_for_the_new_one() -> None:
    slots = Slots(primary=B, a=GOOD, b=NEW)

    assert rules.firmware_default(slots) is A
    assert rules.wants_a_trial(slots) is B
    assert rules.firmware_default(rules.confirmed(slots, B)) is B
    assert rules.wants_a_trial(rules.confirmed(slots, B)) is None


def test_from_the_factory_slot_a_starts_with_either_boot_loader() -> None:
    assert rules.grub_starts(FACTORY)[0] is A
    assert rules.firmware_default(FACTORY) is A
