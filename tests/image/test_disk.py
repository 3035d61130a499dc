import json
import subprocess
from pathlib import Path

import pytest

from image import disk
from image.layout import MIB, Partition, Sizes, partitions
from image.tree import file
from vizora.errors import OperatorError

EPOCH = 1_700_000_000
SIZES = Sizes(bootsel=34, boot=34, root=2, data=64)
PLACED = partitions("test", SIZES)
TREE = {"EFI/BOOT/BOOTX64.EFI": file(b"grub"), "vizora.toml": file(b"cloud_url = ''\n")}


def make(folder: Path) -> Path:
    folder.mkdir()
    disk.fat(folder / "bootsel", SIZES.bootsel * MIB, "test", "bootsel", "VZBOOTSEL", TREE, folder, EPOCH)
    disk.ext4(folder / "data", SIZES.data * MIB, "test", "data", EPOCH)
    (folder / "root").write_bytes(b"root" * 1000)
    contents = {"bootsel": folder / "bootsel", "root_a": folder / "root", "data": folder / "data"}
    disk.assemble(folder / "disk.img", "test", PLACED, contents)
    return folder / "disk.img"


def part(image: Path, name: str, folder: Path) -> Path:
    (found,) = [p for p in PLACED if p.name == name]
    target = folder / f"{name}.part"
    with image.open("rb") as whole:
        whole.seek(found.start)
        target.write_bytes(whole.read(found.size))
    return target


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("disk") / "one")


def test_the_partition_table_is_the_layout(image: Path) -> None:
    table = json.loads(subprocess.check_output(["/usr/sbin/sfdisk", "--json", str(image)]))["partitiontable"]

    assert table["label"] == "gpt"
    assert [(p["name"], p["start"] * 512, p["size"] * 512, p["uuid"].lower()) for p in table["partitions"]] == [
        (p.name, p.start, p.size, str(p.uuid)) for p in PLACED
    ]


def test_the_boot_partition_holds_its_files_and_is_sound(image: Path, tmp_path: Path) -> None:
    boot = part(image, "bootsel", tmp_path)

    assert subprocess.check_output(["mtype", "-i", str(boot), "::EFI/BOOT/BOOTX64.EFI"]) == b"grub"
    subprocess.run(["/usr/sbin/fsck.vfat", "-n", str(boot)], check=True, capture_output=True)


def test_data_is_a_sound_ext4(image: Path, tmp_path: Path) -> None:
    subprocess.run(["/usr/sbin/e2fsck", "-fn", str(part(image, "data", tmp_path))], check=True, capture_output=True)


def test_the_slot_that_is_not_filled_is_empty(image: Path, tmp_path: Path) -> None:
    assert part(image, "root_a", tmp_path).read_bytes().startswith(b"rootroot")
    assert not any(part(image, "root_b", tmp_path).read_bytes())


def test_the_same_input_makes_the_same_disk(image: Path, tmp_path: Path) -> None:
    assert make(tmp_path / "again").read_bytes() == image.read_bytes()


def test_what_does_not_fit_its_partition_is_named(tmp_path: Path) -> None:
    (tmp_path / "root.squashfs").write_bytes(bytes(3 * MIB))

    with pytest.raises(
        OperatorError, match=r"root\.squashfs has 3145728 bytes, root_a has room for 2097152; give it more"
    ):
        disk.assemble(tmp_path / "disk", "test", _only("root_a"), {"root_a": tmp_path / "root.squashfs"})


def _only(name: str) -> tuple[Partition, ...]:
    return tuple(p for p in PLACED if p.name == name)
