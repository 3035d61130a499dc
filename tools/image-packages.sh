#!/bin/sh
# The Debian packages that building an image takes (amd64 host); `image-packages.sh qemu` also what `make image-test` does.
#   mmdebstrap, debian-archive-keyring          packages into a root file system
#   squashfs-tools, mtools, dosfstools, e2fsprogs, fdisk, zstd    file systems and the disk, as plain files
#   grub-common, grub-efi-amd64-bin             the PC's boot loader
#   rauc                                        updates
#   qemu-user-static, binfmt-support, arch-test the Pi's programs, emulated
#   qemu-system-x86, ovmf, zbar-tools, dbus     a whole PC, its firmware, a reader of QR codes, a bus for RAUC
#   qemu-system-arm, device-tree-compiler       a whole Pi, and what its firmware writes into the device tree
set -eu
cd "$(dirname "$0")"
build="mmdebstrap debian-archive-keyring squashfs-tools mtools dosfstools e2fsprogs fdisk zstd grub-common grub-efi-amd64-bin rauc qemu-user-static binfmt-support arch-test"
[ "${1:-}" = qemu ] || qemu=
[ "${1:-}" != qemu ] || qemu="qemu-system-x86 qemu-system-arm device-tree-compiler ovmf zbar-tools dbus-daemon"
# shellcheck disable=SC2086  # lists of names are meant
exec ./apt-install.sh $build $qemu
