"""The two slots as a value, and every change to them. Pure; both boot loaders share it.

A slot has **tries left**. A boot loader that can count (GRUB) takes one for each start and starts the first slot, the
primary one before the other, that has any; one that can't (Pi firmware) starts the last confirmed slot, and a new one
only for the single restart that asks for it. A slot that proved itself is **confirmed** and has three tries again;
a freshly written one has a single try. So whatever stops a new system, the old one comes back by itself.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

CONFIRMED_TRIES = 3
NEW_TRIES = 1


class Slot(StrEnum):
    A = "A"
    B = "B"

    @property
    def other(self) -> "Slot":
        return Slot.B if self is Slot.A else Slot.A


@dataclass(frozen=True, slots=True)
class State:
    tries: int
    """Starts left until it is confirmed (again); 0: never to be started."""
    confirmed: bool
    """It has shown frames since it was written."""


GOOD = State(CONFIRMED_TRIES, True)
NEW = State(NEW_TRIES, False)
BAD = State(0, False)


@dataclass(frozen=True, slots=True)
class Slots:
    primary: Slot
    a: State
    b: State
    rearmed: bool = False
    """A confirmed primary slot that used up its tries was given new ones, and has not been confirmed since."""
    last_resort: Slot = Slot.B
    """Which slot started last without having had a try left."""

    def __getitem__(self, slot: Slot) -> State:
        return self.a if slot is Slot.A else self.b

    def having(self, slot: Slot, state: State) -> "Slots":
        return replace(self, a=state) if slot is Slot.A else replace(self, b=state)


FACTORY = Slots(primary=Slot.A, a=State(CONFIRMED_TRIES, False), b=BAD)
"""As flashed: B is empty, and nobody minds a plug pulled during the first minutes."""


class InstallRefused(Exception):
    """Writing the other slot now could leave none that works."""


def writing(slots: Slots, target: Slot, current: Slot) -> Slots:
    """Before the first byte is written to `target`: from now on it must not start.

    Raises InstallRefused while the system that runs isn't confirmed, or `target` is the one that runs.
    """
    if target is current:
        raise InstallRefused(f"slot {target} is the one that runs; an update goes into the other one")
    if not slots[current].confirmed:
        raise InstallRefused(
            f"slot {current} runs but isn't confirmed yet; wait until it has shown content for a while"
        )
    return replace(slots.having(target, BAD).having(current, GOOD), primary=current, rearmed=False)


def written(slots: Slots, target: Slot) -> Slots:
    """After the last byte: `target` starts next, once. Nothing changes for a confirmed slot that is primary already."""
    if slots.primary is target and slots[target].confirmed:
        return slots
    return replace(slots.having(target, NEW), primary=target)


def refused(slots: Slots, slot: Slot) -> Slots:
    """`slot` must not start any more; if it was the primary one, the other is."""
    return replace(slots.having(slot, BAD), primary=slot.other if slots.primary is slot else slots.primary)


def confirmed(slots: Slots, current: Slot) -> Slots:
    """The system that runs has proven itself.

    If it is not the primary one, the primary one failed. A new one is given up. One that had proven itself before
    gets its tries back once (a good system may be cut off three times in a row), then it is given up as well.
    """
    mine = slots.having(current, GOOD)
    if current is slots.primary:
        return replace(mine, rearmed=False)
    failed = slots[slots.primary]
    if failed.confirmed and not slots.rearmed:
        return replace(mine.having(slots.primary, GOOD), rearmed=True)
    return replace(mine.having(slots.primary, BAD), primary=current, rearmed=False)


def fell_back(slots: Slots, current: Slot) -> bool:
    """True when the system that runs is not the one that should."""
    return current is not slots.primary


def replaceable(slots: Slots, current: Slot) -> bool:
    """True when a restart may bring something better than `current`, should it show nothing."""
    other = slots[current.other]
    return not slots[current].confirmed and (other.confirmed or other.tries > 0)


def grub_starts(slots: Slots) -> tuple[Slot, Slots]:
    """What image/boot/grub.cfg does with these slots: the slot it starts, and what it stores before that.

    With no tries left anywhere they take turns: a picture that may fail beats none.
    """
    for slot in (slots.primary, slots.primary.other):
        if slots[slot].tries:
            return slot, slots.having(slot, replace(slots[slot], tries=slots[slot].tries - 1))
    turn = slots.last_resort.other
    return turn, replace(slots, last_resort=turn)


def firmware_default(slots: Slots) -> Slot:
    """What Pi firmware starts unless a restart asked for the other one: never a system that isn't confirmed,
    if there is one that is."""
    other = slots.primary.other
    return other if slots[other].confirmed and not slots[slots.primary].confirmed else slots.primary


def wants_a_trial(slots: Slots) -> Slot | None:
    """The slot that the next restart has to ask Pi firmware for: the other one, because its default stays."""
    new = slots.primary
    return new if new is not firmware_default(slots) and slots[new].tries else None
