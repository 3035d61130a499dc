"""A device with two slots, as a model: a disk, a boot loader that chooses by the real rules, pulled plugs.

`Loader.GRUB` counts starts; `Loader.TRYBOOT` is Pi firmware: it starts its default unless a restart asks otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from edge.update import slots as rules
from edge.update.slots import FACTORY, Slot, Slots

STARTS_IN_A_ROW = 12
"""A device that hasn't come up by then is dark."""


class Loader(Enum):
    GRUB = auto()
    TRYBOOT = auto()


class Content(StrEnum):
    GOOD = auto()
    SICK = auto()
    """Starts, but shows nothing."""
    DEAD = auto()
    """Doesn't start; half written, or bad from the beginning."""


class DarkError(AssertionError):
    """The device doesn't come back to a picture by itself."""


@dataclass
class Device:
    loader: Loader
    stored: Slots = FACTORY
    content: dict[Slot, Content] = field(default_factory=lambda: {Slot.A: Content.GOOD, Slot.B: Content.DEAD})
    running: Slot = Slot.A
    trial: bool = False
    """The next restart carries the wish for the other slot; forgotten without power."""
    waits_for_proof: bool = True
    """False: the broken twin, which confirms an update as soon as it is written."""

    def start(self, *, with_power: bool) -> None:
        """Until something shows a picture. Raises DarkError."""
        wish = self.trial and with_power
        for _ in range(STARTS_IN_A_ROW):
            self.running = self._choose(wish)
            wish = self.trial = False
            content = self.content[self.running]
            if content is Content.GOOD:
                return
            if content is Content.SICK and not rules.replaceable(self.stored, self.running):
                break
        raise DarkError(f"{self.running} runs with {self.content}, stored {self.stored}")

    def _choose(self, wish: bool) -> Slot:
        if self.loader is Loader.GRUB:
            slot, self.stored = rules.grub_starts(self.stored)
            return slot
        default = rules.firmware_default(self.stored)
        return default.other if wish else default

    def install(self, content: Content, cut_after: int) -> None:
        """An update, step by step; `cut_after` steps the plug is pulled (4 and more: not at all)."""
        target = self.running.other
        try:
            marked = rules.writing(self.stored, target, self.running)
        except rules.InstallRefused:
            return
        steps: tuple[Callable[[], None], ...] = (
            lambda: self._store(marked),
            lambda: self.content.__setitem__(target, Content.DEAD),
            lambda: self.content.__setitem__(target, content),
            lambda: self._store(self._written(target)),
        )
        for number, step in enumerate(steps):
            if number == cut_after:
                return self.start(with_power=False)
            step()
        return None

    def quiet_minutes(self) -> None:
        """The system that runs has shown frames for long enough."""
        self._store(rules.confirmed(self.stored, self.running))

    def rot(self) -> None:
        """At the next start the system that ran can't be read any more; the other one, once confirmed, still can."""
        other = self.running.other
        if self.content[other] is Content.GOOD and self.stored[other].confirmed:
            self.content[self.running] = Content.DEAD
            self.start(with_power=False)

    def _written(self, target: Slot) -> Slots:
        slots = rules.written(self.stored, target)
        return slots if self.waits_for_proof else rules.confirmed(slots, target)

    def _store(self, slots: Slots) -> None:
        self.stored = slots
        self.trial = self.loader is Loader.TRYBOOT and rules.wants_a_trial(slots) is not None
