from collections.abc import Iterator
from pathlib import Path

import pytest

from image import appliance, boards, boot_files
from image.base import Base
from image.tree import Node, link
from tests.image import fake_base

WANTS = "etc/systemd/system/multi-user.target.wants"


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Node]:
    folder = tmp_path_factory.mktemp("appliance")
    for name in ("packages", "code"):
        (folder / name).mkdir()
        (folder / name / f"{name}.py").write_text("x = 1\n")
    with Base(fake_base.write(folder / "base.tar", ())) as base:
        board = boards.load("x86-64")
        return appliance.overlay(base, board, "1.2", b"a certificate", folder / "packages", folder / "code")


def test_every_service_starts_and_the_partitions_come_up(laid: dict[str, Node]) -> None:
    for name in ("setup", "network", "player", "cache", "provision", "diagnostics", "confirm-boot"):
        unit = f"vizora-{name}.service"
        assert laid[f"{WANTS}/{unit}"] == link(f"/usr/lib/systemd/system/{unit}")
        assert f"usr/lib/systemd/system/{unit}" in laid
    assert "etc/systemd/system/local-fs.target.wants/vizora-data.service" in laid


def test_every_program_that_our_own_units_start_is_there_and_may_run(laid: dict[str, Node]) -> None:
    started = [
        line.partition("=")[2].split()[0].removeprefix("/")
        for name, node in laid.items()
        if name.startswith("usr/lib/systemd/system/vizora-") and name.endswith(".service")
        for line in node.data.decode().splitlines()
        if line.startswith("ExecStart=")
    ]

    assert started
    assert all(laid[program].mode & 0o111 for program in started)


def test_root_alone_changes_the_network_and_a_hotspot_leads_to_its_page(laid: dict[str, Node]) -> None:
    settings = laid["etc/NetworkManager/conf.d/vizora-network.conf"].data
    names = laid["etc/NetworkManager/dnsmasq-shared.d/vizora.conf"].data

    assert b"auth-polkit=root-only" in settings
    assert b"address=/#/10.42.0.1" in names


def test_the_services_user_has_the_same_number_in_every_version(laid: dict[str, Node]) -> None:
    assert b"vizora:x:970:970:" in laid["etc/passwd"].data
    assert laid["etc/passwd"].data.startswith(b"root:")


def test_code_and_packages_lie_where_the_device_imports_from(laid: dict[str, Node]) -> None:
    assert f"{appliance.SITE_PACKAGES}/code.py" in laid
    assert f"{appliance.SITE_PACKAGES}/packages.py" in laid
    assert laid["opt/vizora/bin/python"] == link("/usr/bin/python3.13")


def test_updates_are_taken_only_from_our_signer_and_for_this_board(laid: dict[str, Node]) -> None:
    assert laid["etc/rauc/keyring.pem"].data == b"a certificate"
    assert b"compatible=vizora-x86-64" in laid["etc/rauc/system.conf"].data
    assert b'version = "1.2"' in laid["usr/lib/vizora/board.toml"].data


def test_what_persists_is_a_short_list(laid: dict[str, Node]) -> None:
    lines = laid["usr/lib/vizora/persists"].data.decode().splitlines()

    assert [line.split()[1] for line in lines if not line.startswith("#")] == [
        "/var/lib/vizora",
        "/etc/NetworkManager/system-connections",
        "/var/lib/systemd/timesync",
        "/var/lib/rauc",
    ]


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    modules = (*boards.load("rpi").modules, *boards.load("x86-64").modules)
    with Base(fake_base.write(tmp_path / "base.tar", tuple(dict.fromkeys(modules)))) as opened:
        yield opened


def test_a_pcs_slot_holds_kernel_initrd_and_how_they_are_started(base: Base) -> None:
    slot = boot_files.slot(base, boards.load("x86-64"), 1_700_000_000)

    assert sorted(slot) == ["initrd", "slot.cfg", "vmlinuz"]
    assert slot["vmlinuz"].data == b"a kernel"


def test_a_pis_slot_also_holds_firmware_and_device_trees(base: Base) -> None:
    slot = boot_files.slot(base, boards.load("rpi"), 1_700_000_000)

    assert {"start4.elf", "fixup4.dat", "bcm2711-rpi-4-b.dtb", "bcm2712-rpi-5-b.dtb"} <= slot.keys()
    assert {"config.txt", "cmdline.txt", "vmlinuz", "initrd"} <= slot.keys()
    assert slot["vmlinuz"].data.startswith(b"\x1f\x8b")


def test_a_pi_finds_its_slots_and_a_person_its_settings_on_the_first_partition(tmp_path: Path) -> None:
    files = boot_files.bootsel(boards.load("rpi"), b"cloud_url = 'x'\n", tmp_path)

    assert sorted(files) == ["autoboot.txt", "vizora.toml"]
    assert files["autoboot.txt"].data.startswith(b"[all]\ntryboot_a_b=1\nboot_partition=2\n")
