"""The stand-in for the Pi's firmware (tests/image/qemu/pi.py) reads what our device writes."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge.update.slots import BAD, FACTORY, GOOD, NEW, Slot, Slots, firmware_default
from edge.update.stored import Autoboot
from image import boards, boot_files, disk
from image.layout import MIB, partitions
from image.tree import Tree, file
from tests.image.qemu import pi

SLOTS = [Slots(primary, a, b) for primary in Slot for a in (GOOD, NEW, BAD) for b in (GOOD, NEW, BAD)]
BOARD = boards.load("rpi")


@pytest.mark.parametrize("slots", SLOTS)
def test_it_starts_the_default_and_after_a_restart_that_asked_for_it_the_other(slots: Slots) -> None:
    text = Autoboot().encode(slots).decode()
    default = firmware_default(slots)

    assert pi.SLOTS[pi.boot_partition(text, tryboot=False)] == default.value
    assert pi.SLOTS[pi.boot_partition(text, tryboot=True)] == default.other.value


def card(folder: Path) -> Path:
    """With another kernel in each slot."""
    sizes = BOARD.sizes
    contents = {}
    trees: dict[str, Tree] = {"bootsel": {"autoboot.txt": file(Autoboot().encode(FACTORY))}}
    for slot in ("boot_a", "boot_b"):
        texts = {"config.txt": "kernel=vmlinuz\ninitramfs initrd followkernel\n", "cmdline.txt": f"quiet {slot}\n"}
        texts |= {"vmlinuz": f"kernel of {slot}", "initrd": f"initrd of {slot}"}
        trees[slot] = {name: file(text.encode()) for name, text in texts.items()}
    for name, tree in trees.items():
        contents[name] = folder / name
        size = sizes.bootsel if name == "bootsel" else sizes.boot
        disk.fat(contents[name], size * MIB, BOARD.name, name, "TEST", tree, folder, 0)
    disk.assemble(folder / "card.img", BOARD.name, partitions(BOARD.name, sizes), contents)
    return folder / "card.img"


def test_it_loads_kernel_initrd_and_arguments_of_the_slot_it_chose(tmp_path: Path) -> None:
    image = card(tmp_path)

    usual, trial = (pi.start(BOARD, image, tmp_path, restart) for restart in ("", pi.TRYBOOT))

    assert (usual.partition, usual.arguments) == (2, "quiet boot_a")
    assert (trial.partition, trial.arguments) == (3, "quiet boot_b")
    assert trial.kernel.read_text() == "kernel of boot_b"
    assert trial.initrd.read_text() == "initrd of boot_b"


def test_virts_serial_line_is_named_before_any_other_of_its_driver(tmp_path: Path) -> None:
    started = pi.start(BOARD, card(tmp_path), tmp_path, "")
    ours = (boot_files.HERE / "cmdline.txt").read_text()

    told = pi.appended(replace(started, arguments=ours)).split()

    assert [word for word in told if word.startswith("console=ttyAMA")] == [
        "console=ttyAMA0",
        "console=ttyAMA10,115200",
    ]
