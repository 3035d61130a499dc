import pytest

from image.modules import load_order, parse_dependencies
from vizora.errors import OperatorError

DEPENDENCIES = parse_dependencies(
    "kernel/fs/fat/vfat.ko.xz: kernel/fs/fat/fat.ko.xz\n"
    "kernel/fs/fat/fat.ko.xz:\n"
    "kernel/drivers/virtio/virtio_pci.ko.xz: kernel/a/virtio_pci_modern_dev.ko.xz kernel/a/virtio_ring.ko.xz\n"
    "kernel/a/virtio_pci_modern_dev.ko.xz: kernel/a/virtio_ring.ko.xz\n"
    "kernel/a/virtio_ring.ko.xz:\n"
)
BUILTIN = ["kernel/drivers/ata/libata.ko"]


def test_what_a_module_needs_comes_before_it_and_once() -> None:
    order = load_order(["virtio-pci", "vfat"], DEPENDENCIES, BUILTIN)

    assert [path.rpartition("/")[2] for path in order] == [
        "virtio_ring.ko.xz",
        "virtio_pci_modern_dev.ko.xz",
        "virtio_pci.ko.xz",
        "fat.ko.xz",
        "vfat.ko.xz",
    ]


def test_what_is_built_in_needs_no_file() -> None:
    assert load_order(["libata"], DEPENDENCIES, BUILTIN) == ()


def test_modules_the_kernel_lacks_are_all_named() -> None:
    with pytest.raises(OperatorError, match="the kernel has no module floppy, zip_drive"):
        load_order(["floppy", "vfat", "zip-drive"], DEPENDENCIES, BUILTIN)
