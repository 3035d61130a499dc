"""Real RAUC, on plain files as slots: real bundles, our settings and our boot loader backend, for both boards.

Needs root and loop devices, so it belongs to `make image-test`. Not every machine's kernel has dm-verity: here bundles
are checked whole before they are opened ("plain"); the emulated machine takes the verity ones.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.update.machine import TRIAL, Machine
from edge.update.slots import BAD, GOOD, NEW, Slot, Slots
from image import boards, bundle, signing
from image.boards import Board
from image.commands import run
from image.signing import Signer
from tests.child_process import dies_with_its_parent
from tests.edge.update.places import laid_out, machine

ROOT = Path(__file__).parents[3]
BACKEND = """#!{python}
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from edge.update import backend
from tests.edge.update.places import laid_out
import edge.update.machine
edge.update.machine._remount = lambda path, how: None
backend.Machine.__init__.__defaults__ = (lambda path, how: None,)
sys.exit(backend.main(sys.argv[1:], laid_out(Path({folder!r}), {boot!r}, {current!r})))
"""


class Device:
    """A board's slots as files in a folder, and RAUC's service over them while `running`."""

    def __init__(self, folder: Path, board: Board, signer: Signer) -> None:
        self.folder, self.board = folder, board
        self.machine: Machine = machine(laid_out(folder, board.boot, Slot.A))
        self.machine.store(Slots(primary=Slot.A, a=GOOD, b=BAD))
        for slot in "ab":
            (folder / f"root_{slot}").write_bytes(b"old".ljust(65536, b"\0"))
            (folder / f"boot_{slot}").write_bytes(b"old".ljust(65536, b"\0"))
        shutil.copyfile(signer.certificate, folder / "keyring.pem")
        settings = bundle.system_conf(board).replace("/dev/disk/by-partlabel/", f"{folder}/")
        settings = settings.replace("/usr/lib/vizora/slot-backend", f"{folder}/backend")
        settings = settings.replace("/etc/rauc/keyring.pem", f"{folder}/keyring.pem")
        settings = settings.replace("/var/lib/rauc", f"{folder}/rauc").replace("/run/rauc", f"{folder}/mounts")
        settings = settings.replace("bundle-formats=verity", "bundle-formats=plain")
        (folder / "rauc").mkdir()
        (folder / "system.conf").write_text(settings)
        backend = folder / "backend"
        backend.write_text(
            BACKEND.format(python=sys.executable, root=str(ROOT), folder=str(folder), boot=str(board.boot), current="A")
        )
        backend.chmod(0o755)

    @contextmanager
    def running(self, slot: Slot) -> Iterator[None]:
        """RAUC's service as after a start into `slot`, on a bus of its own."""
        address = f"unix:path={self.folder}/bus"
        config = self.folder / "bus.conf"
        config.write_text(BUS.format(address=address))
        self.environ = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address}
        bus = subprocess.Popen(["dbus-daemon", "--nofork", f"--config-file={config}"], preexec_fn=dies_with_its_parent)
        service = ["rauc", "-c", str(self.folder / "system.conf"), f"--override-boot-slot={slot}", "service"]
        until = time.monotonic() + 60
        while not (self.folder / "bus").exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        log = (self.folder / "service.log").open("wb")
        rauc = subprocess.Popen(service, env=self.environ, stderr=log, stdout=log, preexec_fn=dies_with_its_parent)
        try:
            while self.ask("status").returncode:
                assert time.monotonic() < until, self.ask("status").stderr
            yield
        finally:
            for process in (rauc, bus):
                process.terminate()
                process.wait(60)
            log.close()
            (self.folder / "bus").unlink(missing_ok=True)

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = ["rauc", "-c", str(self.folder / "system.conf"), *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=120, check=False)


BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>{address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow own="*"/><allow receive_sender="*"/></policy></busconfig>
"""


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return signing.development(tmp_path_factory.mktemp("keys"))


@pytest.fixture(params=["x86-64", "rpi"])
def device(request: pytest.FixtureRequest, tmp_path: Path, signer: Signer) -> Device:
    return Device(tmp_path, boards.load(request.param), signer)


def update(device: Device, signer: Signer, board: Board | None = None) -> str:
    content, made = device.folder / "content", device.folder / "update.raucb"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    (content / "root.img").write_bytes(b"new root" + os.urandom(16376))  # RAUC wants more than 4 kB when packed
    (content / "boot.img").write_bytes(b"new boot".ljust(8192, b"\0"))
    (content / "manifest.raucm").write_text(bundle.manifest(board or device.board, "2").replace("verity", "plain"))
    made.unlink(missing_ok=True)
    run("rauc", f"--cert={signer.certificate}", f"--key={signer.key}", "bundle", content, made)
    return str(made)


def test_an_update_is_written_beside_the_running_system_and_starts_next(device: Device, signer: Signer) -> None:
    made = update(device, signer)
    with device.running(Slot.A):
        installed = device.ask("install", made)

    assert installed.returncode == 0, installed.stderr + (device.folder / "service.log").read_text()
    assert (device.folder / "root_b").read_bytes().startswith(b"new root")
    assert (device.folder / "boot_b").read_bytes().startswith(b"new boot")
    assert (device.folder / "root_a").read_bytes().startswith(b"old")
    assert device.machine.slots() == Slots(primary=Slot.B, a=GOOD, b=NEW)
    if device.board.boot == "tryboot":
        assert (device.folder / "run" / "reboot-param").read_text() == TRIAL


def test_an_update_of_another_signer_or_another_board_changes_nothing(
    device: Device, signer: Signer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = device.machine.slots()
    stranger = update(device, signing.development(tmp_path_factory.mktemp("stranger")))
    other = boards.load("rpi" if device.board.name == "x86-64" else "x86-64")
    with device.running(Slot.A):
        by_a_stranger = device.ask("install", stranger)
        for_another_board = device.ask("install", update(device, signer, other))

    assert by_a_stranger.returncode != 0
    assert for_another_board.returncode != 0
    told = (device.folder / "service.log").read_text()
    assert "signature verification failed" in told.lower()
    assert "compatible" in told.lower()
    assert device.machine.slots() == before
    assert (device.folder / "root_b").read_bytes().startswith(b"old")


def test_while_the_running_system_is_not_confirmed_nothing_is_installed(device: Device, signer: Signer) -> None:
    unconfirmed = Slots(primary=Slot.A, a=NEW, b=GOOD)
    device.machine.store(unconfirmed)
    with device.running(Slot.A):
        refused = device.ask("install", update(device, signer))

    assert refused.returncode != 0
    assert device.machine.slots() == unconfirmed
    assert (device.folder / "root_b").read_bytes().startswith(b"old")
