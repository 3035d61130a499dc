from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.update.slots import BAD, FACTORY, GOOD, NEW, Slot, Slots, State
from edge.update.stored import AUTOBOOT_LENGTH, GRUB_LENGTH, Autoboot, Format, GrubEnvironment, SlotsFile
from vizora.errors import HardwareError

STATES = st.builds(State, st.integers(0, 3), st.booleans())
SLOTS = st.builds(Slots, st.sampled_from(Slot), STATES, STATES, st.booleans(), st.sampled_from(Slot))
FORMATS = (GrubEnvironment(), Autoboot())
TRIAL = Slots(primary=Slot.B, a=GOOD, b=NEW)


@given(SLOTS, st.sampled_from(FORMATS))
def test_what_was_stored_is_read_again(slots: Slots, form: Format) -> None:
    assert form.decode(form.encode(slots)) == slots


@given(SLOTS, SLOTS, st.sampled_from(FORMATS))
def test_a_change_is_one_write_within_the_first_sector(before: Slots, after: Slots, form: Format) -> None:
    old, new = form.encode(before), form.encode(after)

    assert len(old) == len(new)
    assert old[512:] == new[512:]


def test_pi_firmware_is_told_the_confirmed_partition_and_the_other_for_a_trial() -> None:
    text = Autoboot().encode(TRIAL).decode()

    assert text.startswith("[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n")
    assert len(text) == AUTOBOOT_LENGTH


def test_grubs_block_is_as_grub_editenv_makes_it() -> None:
    block = GrubEnvironment().encode(TRIAL)

    assert block.startswith(b"# GRUB Environment Block\nprimary=B\nA_tries=3\nB_tries=1\n")
    assert len(block) == GRUB_LENGTH
    assert block.endswith(b"####")


@pytest.mark.parametrize("damaged", [b"", b"\0" * 1024, b"# GRUB Environment Block\nprimary=C\nA_tries=1\nB_tries=1\n"])
def test_a_damaged_file_counts_as_fresh_from_the_factory(damaged: bytes, tmp_path: Path) -> None:
    path = tmp_path / "slots.env"
    path.write_bytes(damaged)

    assert SlotsFile(path, GrubEnvironment()).read() == FACTORY


def test_a_number_of_tries_that_makes_no_sense_counts_as_none() -> None:
    block = GrubEnvironment().encode(TRIAL).replace(b"B_tries=1", b"B_tries=9")

    assert GrubEnvironment().decode(block).b == BAD


def test_the_file_is_rewritten_in_place(tmp_path: Path) -> None:
    path = tmp_path / "autoboot.txt"
    file = SlotsFile(path, Autoboot())
    file.write(FACTORY)
    inode = path.stat().st_ino

    file.write(TRIAL)

    assert file.read() == TRIAL
    assert path.stat().st_ino == inode
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(HardwareError, match=r"slots\.env can't be written: No such file or directory"):
        SlotsFile(tmp_path / "nowhere" / "slots.env", GrubEnvironment()).write(FACTORY)
