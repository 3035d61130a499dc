"""What RAUC asks about the boot loader (its "custom bootloader backend"): `python -m edge.update.backend VERB …`."""

import sys
from collections.abc import Sequence

from edge.update import slots as rules
from edge.update.machine import Machine, Places
from edge.update.slots import InstallRefused, Slot
from vizora.errors import VizoraError


def main(arguments: Sequence[str], places: Places = Places()) -> int:  # noqa: B008  (a frozen value)
    """Exit status 0 done, 1 refused or failed, 2 wrong use."""
    try:
        said = answer(Machine(places), *arguments)
    except (VizoraError, InstallRefused) as error:
        sys.stderr.write(f"update: {error}\n")
        return 1
    except (TypeError, ValueError):
        sys.stderr.write(
            "usage: get-primary | set-primary SLOT | get-state SLOT | set-state SLOT good|bad | get-current\n"
        )
        return 2
    sys.stdout.write(f"{said}\n" if said else "")
    return 0


def answer(machine: Machine, verb: str, name: str = "", state: str = "") -> str:
    """What RAUC reads. Raises ValueError for what is no question, InstallRefused, HardwareError."""
    slots = machine.slots()
    match verb, state:
        case "get-current", _:
            return machine.current
        case "get-primary", _:
            return slots.primary
        case "set-primary", _:
            machine.store(rules.written(slots, Slot(name)))
        case "get-state", _:
            return "good" if slots[Slot(name)].tries or slots[Slot(name)].confirmed else "bad"
        case "set-state", "good" if Slot(name) is machine.current:
            machine.store(rules.confirmed(slots, machine.current))
        case "set-state", "good":
            machine.store(rules.written(slots, Slot(name)))
        case "set-state", "bad" if Slot(name) is machine.current:
            machine.store(rules.refused(slots, machine.current))
        case "set-state", "bad":
            machine.store(rules.writing(slots, Slot(name), machine.current))
        case _:
            raise ValueError(verb)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
