"""Power, heat, memory, disk and display: what everything else stands on."""

from collections.abc import Iterator

from edge.diagnostics.causes import Cause, Finding, fault, warning
from edge.diagnostics.facts import Canary, Facts

HOT_C = 85.0
LOW_MEMORY_PERCENT = 96.0
WORN_PERCENT = 90

DISK_ADVICE = "Swap the card or disk soon: what is on it is fetched again by itself."
SUPPLY = "Use the power supply made for this board, with its own short cable."


def power(facts: Facts) -> Iterator[Finding]:
    found = facts.machine.power
    if found.under_voltage:
        yield fault(Cause.UNDER_VOLTAGE, "The power supply is too weak: the voltage is too low now.", SUPPLY, "VZ-110")
    elif found.under_voltage_since_boot:
        yield warning(
            Cause.UNDER_VOLTAGE_SINCE_BOOT,
            "The power supply is too weak: the voltage has been too low since the start.",
            SUPPLY,
            "VZ-110",
        )


def heat(facts: Facts) -> Iterator[Finding]:
    machine = facts.machine
    is_hot = machine.temperature_c is not None and machine.temperature_c >= HOT_C
    is_slowed = bool(machine.power.is_throttled) and not machine.power.under_voltage
    if is_hot or is_slowed:
        degrees = "" if machine.temperature_c is None else f" ({machine.temperature_c:g} °C)"
        slowed = ", and slows itself down" if is_slowed else ""
        yield warning(
            Cause.TOO_HOT,
            f"The device is too hot{degrees}{slowed}.",
            "Give it air, or a heat sink; look for a dead fan.",
        )


def memory(facts: Facts) -> Iterator[Finding]:
    used = facts.machine.memory_percent
    if used is not None and used >= LOW_MEMORY_PERCENT:
        yield warning(
            Cause.MEMORY_LOW, f"Memory is nearly used up ({used:g} %).", "Restart the player; send a support bundle."
        )


def disk(facts: Facts) -> Iterator[Finding]:
    found = facts.disk
    match found.canary:
        case Canary.FULL:
            yield fault(
                Cause.DISK_FULL,
                f"Storage is full: nothing can be written to {found.folder}.",
                "Remove what is not Vizora's, clear the cache, or use a larger card.",
                "VZ-112",
            )
        case Canary.READ_ONLY:
            yield fault(
                Cause.DISK_READ_ONLY,
                f"Storage is read-only: nothing can be written to {found.folder}.",
                "Restart the device; if it comes back, the card is failing: swap it.",
                "VZ-112",
            )
        case Canary.FAILING:
            yield fault(
                Cause.DISK_FAILING,
                f"The card or disk is failing: input/output errors at {found.folder}.",
                DISK_ADVICE,
                "VZ-112",
            )
        case Canary.CHANGED:
            yield fault(
                Cause.DISK_FAILING,
                f"The card or disk is failing: what is written to {found.folder} comes back changed.",
                DISK_ADVICE,
                "VZ-112",
            )
        case Canary.FORBIDDEN:
            yield fault(
                Cause.DISK_FORBIDDEN,
                f"The service's user may not write to {found.folder}.",
                "The folder belongs to another user; give it back to the user of the services.",
                "VZ-112",
            )


def disk_health(facts: Facts) -> Iterator[Finding]:
    found = facts.disk
    if found.ext4_errors:
        yield fault(
            Cause.FILE_SYSTEM_ERRORS,
            f"The file system of {found.folder} has met {found.ext4_errors} errors: the card or disk is failing.",
            DISK_ADVICE,
        )
    worn = found.wear_percent is not None and found.wear_percent >= WORN_PERCENT
    if worn or found.is_near_end:
        share = f"{found.wear_percent} % of its life" if worn else "nearly all of its spare blocks"
        yield warning(Cause.DISK_WORN, f"The built-in storage is worn out: it has used {share}.", DISK_ADVICE)


def display(facts: Facts) -> Iterator[Finding]:
    connected = [connector for connector in facts.displays if connector.is_connected]
    if facts.displays and not connected:
        names = ", ".join(connector.name for connector in facts.displays)
        yield fault(
            Cause.DISPLAY_UNPLUGGED,
            f"No display answers on {names}: it is unplugged, or off at the mains.",
            "Check both ends of the cable, the display's input and its power.",
            "VZ-111",
        )
    elif connected and all(connector.is_on is False for connector in connected):
        yield fault(
            Cause.DISPLAY_OFF,
            f"The display on {connected[0].name} is switched off by this device.",
            "Look at the screen's power hours in the cloud, and whether another program switched it off.",
        )
    elif facts.player_status is not None and _says(facts, "VZ-111"):
        yield fault(
            Cause.NO_DISPLAY,
            "The player finds no display it can draw on.",
            "Check the cable, then restart the player; send a support bundle if it stays so.",
            "VZ-111",
        )


def _says(facts: Facts, code: str) -> bool:
    problem = facts.player_status.problem if facts.player_status else None
    return problem is not None and problem.code == code
