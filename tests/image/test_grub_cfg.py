"""grub.cfg chooses as edge/update/slots.py says, for every state there is: its first part is run by a shell.

GRUB's language is the shell's but for `set x=y`; what reads and stores the block is laid around it.
"""

import itertools
import re
import subprocess
from pathlib import Path

import pytest

from edge.update.slots import Slot, Slots, State, grub_starts

GRUB_CFG = Path(__file__).parents[2] / "image" / "boot" / "grub.cfg"
STATES = [State(tries, True) for tries in range(4)]
ALL = [Slots(primary, a, b, last_resort=last) for primary, a, b, last in itertools.product(Slot, STATES, STATES, Slot)]


def choice(script: str) -> str:
    """The part that chooses, as a shell reads it."""
    begun, end = script.index("load_env"), script.index("# The choice is made.")
    part = re.sub(r"^(load_env|save_env) .*$", "", script[begun:end], flags=re.MULTILINE)
    return re.sub(r"\bset (\w+=)", r"\1", part)


def chosen(script: str, states: list[Slots]) -> list[tuple[Slot, Slots]]:
    lines = []
    for s in states:
        given = f"primary={s.primary} A_tries={s.a.tries} B_tries={s.b.tries} last_resort={s.last_resort}"
        lines.append(f"{given}\n{choice(script)}\necho $slot $A_tries $B_tries $last_resort")
    said = subprocess.run(["sh", "-eu"], input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    found = []
    for s, line in zip(states, said.splitlines(), strict=True):
        slot, a, b, last = line.split()
        stored = Slots(s.primary, State(int(a), True), State(int(b), True), last_resort=Slot(last))
        found.append((Slot(slot), stored))
    return found


def test_grub_chooses_and_counts_as_the_rules_say_in_every_state() -> None:
    assert chosen(GRUB_CFG.read_text(), ALL) == [grub_starts(slots) for slots in ALL]


def test_a_script_that_forgets_to_count_does_not_agree() -> None:
    forgetful = GRUB_CFG.read_text().replace('set left="0"', 'set left="1"')

    assert chosen(forgetful, ALL) != [grub_starts(slots) for slots in ALL]


def test_with_the_block_lost_each_slot_is_tried_before_they_take_turns() -> None:
    lost = "primary= A_tries= B_tries= last_resort=\n" + choice(GRUB_CFG.read_text()) + "\necho $slot $A_tries $B_tries"
    said = subprocess.run(["sh", "-eu"], input=lost, capture_output=True, text=True, check=True).stdout

    assert said == "A 0 1\n"


@pytest.mark.parametrize("name", ["grub.cfg", "early.cfg", "slot.cfg"])
def test_grub_can_read_its_scripts(name: str) -> None:
    subprocess.run(["grub-script-check", GRUB_CFG.with_name(name)], check=True)
