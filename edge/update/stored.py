"""How the slots are stored where boot loaders read them: GRUB's environment block and Pi firmware's autoboot.txt.

Both are one small file of fixed length, rewritten in place with a single write of less than a sector's change: FAT
can't rename in one step, and a disk writes a sector whole or not at all.
"""

import os
import re
from pathlib import Path
from typing import Protocol

from edge.update.slots import BAD, FACTORY, Slot, Slots, State, firmware_default
from vizora.errors import HardwareError

GRUB_HEAD = "# GRUB Environment Block\n"
GRUB_LENGTH = 1024
AUTOBOOT_LENGTH = 256
_PARTITION = {Slot.A: 2, Slot.B: 3}


class Format(Protocol):
    def encode(self, slots: Slots) -> bytes: ...

    def decode(self, data: bytes) -> Slots:
        """Raises ValueError when it makes no sense."""
        ...


class GrubEnvironment:
    """`bootsel/grub/slots.env`. GRUB itself writes the tries and last_resort."""

    def encode(self, slots: Slots) -> bytes:
        lines = [f"{name}={value}\n" for name, value in _variables(slots).items()]
        return (GRUB_HEAD + "".join(lines)).encode().ljust(GRUB_LENGTH, b"#")

    def decode(self, data: bytes) -> Slots:
        return _slots(dict(re.findall(r"^(\w+)=(\w*)$", data.decode("ascii", "replace"), re.MULTILINE)))


class Autoboot:
    """`bootsel/autoboot.txt`. Firmware reads the partitions, we read the comment; it may have at most 512 bytes."""

    def encode(self, slots: Slots) -> bytes:
        default = firmware_default(slots)
        told = " ".join(f"{name}={value}" for name, value in _variables(slots).items())
        text = (
            f"[all]\ntryboot_a_b=1\nboot_partition={_PARTITION[default]}\n"
            f"[tryboot]\nboot_partition={_PARTITION[default.other]}\n# {told}\n"
        )
        return text.encode().ljust(AUTOBOOT_LENGTH, b"\n")

    def decode(self, data: bytes) -> Slots:
        return _slots(dict(re.findall(r"(\w+)=(\w+)", data.decode("ascii", "replace").partition("\n# ")[2])))


class SlotsFile:
    """The one file. `allow_writing` brackets each write: bootsel is mounted read-only otherwise."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self._form = form

    def read(self) -> Slots:
        """A file that is missing or damaged counts as fresh from the factory, with any slot worth a try."""
        try:
            return self._form.decode(self.path.read_bytes())
        except (OSError, ValueError):
            return FACTORY

    def write(self, slots: Slots) -> None:
        """In place and synced. Raises HardwareError; then what was there before is there still, or this is."""
        data = self._form.encode(slots)
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                os.pwrite(descriptor, data, 0)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise HardwareError(f"{self.path} can't be written: {error.strerror}") from error


def _variables(slots: Slots) -> dict[str, str]:
    values = {"primary": slots.primary.value, "A_tries": str(slots.a.tries), "B_tries": str(slots.b.tries)}
    values["last_resort"] = slots.last_resort.value
    flags = {"A_confirmed": slots.a.confirmed, "B_confirmed": slots.b.confirmed, "rearmed": slots.rearmed}
    return values | {name: "1" if flag else "0" for name, flag in flags.items()}


def _slots(variables: dict[str, str]) -> Slots:
    def state(slot: str) -> State:
        tries = int(variables[f"{slot}_tries"])
        return State(tries, variables.get(f"{slot}_confirmed") == "1") if tries in range(4) else BAD

    try:
        return Slots(
            primary=Slot(variables["primary"]),
            a=state("A"),
            b=state("B"),
            rearmed=variables.get("rearmed") == "1",
            last_resort=Slot(variables.get("last_resort") or "B"),
        )
    except KeyError as error:
        raise ValueError(f"no {error}") from error
