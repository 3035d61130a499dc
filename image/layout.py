"""Where the partitions lie. The same six on every board, so that the device's software need not know the board.

`bootsel | boot_a | boot_b | root_a | root_b | data`: bootsel says which slot starts, boot_* hold kernel and initrd
(FAT, because Pi firmware reads nothing else), root_* a squashfs, data the rest; data is last so that it can grow.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

MIB = 1 << 20
FIRST = 1 * MIB
SPARE_GPT = 1 * MIB
"""Room at the end for the second partition table."""
SPACE = UUID("6f1c2f3e-6b5a-5a0e-9b0a-7c1f5d1a2b3c")
"""All our UUIDs derive from names in this space: the same input gives the same image."""
ESP = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
BASIC_DATA = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"


@dataclass(frozen=True, slots=True)
class Sizes:
    """In MiB; boot and root count twice."""

    bootsel: int
    boot: int
    root: int
    data: int


@dataclass(frozen=True, slots=True)
class Partition:
    number: int
    name: str
    kind: str
    """GPT type."""
    uuid: UUID
    start: int
    """Bytes from the start of the disk."""
    size: int
    """Bytes."""

    @property
    def end(self) -> int:
        return self.start + self.size


def partitions(board: str, sizes: Sizes) -> tuple[Partition, ...]:
    """All six, in order, without gaps."""
    wanted = (
        ("bootsel", ESP, sizes.bootsel),
        ("boot_a", BASIC_DATA, sizes.boot),
        ("boot_b", BASIC_DATA, sizes.boot),
        ("root_a", LINUX, sizes.root),
        ("root_b", LINUX, sizes.root),
        ("data", LINUX, sizes.data),
    )
    placed: list[Partition] = []
    start = FIRST
    for number, (name, kind, mib) in enumerate(wanted, start=1):
        placed.append(Partition(number, name, kind, named_uuid(board, name), start, mib * MIB))
        start += mib * MIB
    return tuple(placed)


def disk_size(placed: tuple[Partition, ...]) -> int:
    """Bytes."""
    return placed[-1].end + SPARE_GPT


def sfdisk_script(board: str, placed: tuple[Partition, ...]) -> str:
    lines = ["label: gpt", f"label-id: {named_uuid(board, 'disk')}", "unit: sectors", "first-lba: 2048", ""]
    lines += [
        f"start={p.start // 512}, size={p.size // 512}, type={p.kind}, uuid={p.uuid}, name={p.name}" for p in placed
    ]
    return "\n".join(lines) + "\n"


def named_uuid(board: str, name: str) -> UUID:
    return uuid5(SPACE, f"{board}/{name}")


def volume_id(board: str, name: str) -> str:
    """A FAT file system's 32 bits, as mkfs.vfat takes them."""
    return named_uuid(board, name).hex[:8]
