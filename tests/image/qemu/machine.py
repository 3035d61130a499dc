"""A whole computer in QEMU: its disk a file, its screen a picture on demand, a root shell no real computer has."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from tests.child_process import dies_with_its_parent
from tests.image.qemu.hardware import STARTED, Hardware
from tests.image.qemu.patience import Patience, queued

MEMORY_MB = 1536
GUEST_CLOUD = "10.0.2.100"
"""Where the guest finds the cloud that listens on this machine's loopback."""


RESTARTING = re.compile(r"reboot: Restarting system with command '(.*)'")
"""The kernel's last words; what a Pi's firmware would get told."""


class NotSeenError(AssertionError):
    """What was waited for did not come in time."""


class Machine:
    """Runs from `power_on` to `cut_power`. `name` names its files in `folder`: log, sockets, pictures."""

    def __init__(
        self, folder: Path, disk: Path, hardware: Hardware, cloud_port: int, *, stick: Path | None = None
    ) -> None:
        self.folder, self.disk, self._hardware, self._cloud_port = folder, disk, hardware, cloud_port
        self._stick = stick
        self._plugged: Path | None = None
        self.log = folder / "serial.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._shell: socket.socket | None = None
        self.powered_on_at = 0.0

    def power_on(self, restart: str = "") -> None:
        """`restart`: what the restart carried that ended the last run, where the firmware would know it."""
        assert self._process is None
        for name in ("qmp", "shell"):
            (self.folder / name).unlink(missing_ok=True)
        self.powered_on_at = time.monotonic()
        with (self.folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(restart),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=dies_with_its_parent,
            )

        while not (self.folder / "qmp").exists() and self._process.poll() is None:
            time.sleep(0.1)  # QEMU makes its sockets before it starts the machine

    def cut_power(self) -> None:
        """As a plug that is pulled: what the guest has not handed over is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._hang_up()

    def restart(self) -> None:
        """In order, from within; returns when the guest has let go."""
        starts = self.serial().count(STARTED)
        self.shell("systemctl reboot")
        self.wait_until("the restart", lambda: self.serial().count(STARTED) > starts, self.patience_s)
        self.powered_on_at = time.monotonic()
        self._hang_up()

    def _went_on(self) -> None:
        """Where the harness stands in for the firmware, QEMU ends when the guest restarts, and is started again."""
        assert self._process is not None
        if self._process.poll() is None:
            return
        if self._hardware.resets_by_itself or self._process.returncode:
            raise NotSeenError(f"QEMU ended: {(self.folder / 'qemu.log').read_text()[-500:]}")
        self._hang_up()
        self._process = None
        last_words = RESTARTING.findall(self.serial().rpartition(STARTED)[2])
        self.power_on(last_words[-1] if last_words else "")

    def _hang_up(self) -> None:
        if self._shell is not None:
            self._shell.close()
        self._shell = None

    @property
    def patience_s(self) -> float:
        return self._hardware.patience_s

    def up_for(self) -> float:
        """Seconds since the power came on."""
        return time.monotonic() - self.powered_on_at

    def _command(self, restart: str) -> Sequence[str]:
        pipe = f"{sys.executable} {Path(__file__).with_name('pipe.py')} {self._cloud_port}"
        network = f"user,restrict=on,guestfwd=tcp:{GUEST_CLOUD}:3000-cmd:{pipe}"
        return [
            *self._hardware.command(self.disk, self.folder, restart=restart),
            *("-m", str(MEMORY_MB), "-display", "none", "-monitor", "none", "-device", "virtio-rng-pci"),
            *("-drive", f"if=none,id=disk,file={self.disk},format=raw,cache=writeback"),
            *("-device", "virtio-blk-pci,drive=disk,bootindex=0"),
            *("-nic", f"{network},model=virtio-net-pci"),
            *("-chardev", f"file,id=serial,path={self.log},append=on", "-serial", "chardev:serial"),
            *("-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"),
            *("-chardev", f"socket,id=shell,path={self.folder}/shell,server=on,wait=off"),
            *("-device", "virtio-serial-pci", "-device", "virtconsole,chardev=shell"),
            *("-device", "qemu-xhci,id=usb"),
            *self._with_stick(),
        ]

    def _with_stick(self) -> Sequence[str]:
        """`vdb`, and `sda` for what was plugged in before this start."""
        devices = ((self._stick, "stick", "virtio-blk-pci"), (self._plugged, "plugged", "usb-storage,bus=usb.0"))
        return [
            part
            for file, name, device in devices
            if file is not None
            for drive in [f"if=none,id={name},file={file},format=raw,readonly=on"]
            for part in ("-drive", drive, "-device", f"{device},drive={name}")
        ]

    def plug_in(self, stick: Path) -> None:
        """Into a USB socket, where it stays."""
        file = {"driver": "file", "filename": str(stick)}
        self.monitor("blockdev-add", **{"driver": "raw", "node-name": "plugged", "read-only": True, "file": file})
        self.monitor("device_add", driver="usb-storage", id="plugged-stick", bus="usb.0", drive="plugged")
        self._plugged = stick

    # what it shows
    def screenshot(self, path: Path) -> Image.Image:
        raw = self.folder / "screen.ppm"
        raw.unlink(missing_ok=True)
        self.monitor("screendump", filename=str(raw))
        with Image.open(raw) as picture:
            picture.load()
            picture.convert("RGB").save(path)
        return picture.convert("RGB")

    def monitor(self, command: str, **arguments: Any) -> Any:
        """One QMP command; what it returns."""
        with socket.socket(socket.AF_UNIX) as line, line.makefile("rw") as talk:
            line.settimeout(60)
            line.connect(str(self.folder / "qmp"))
            talk.readline()
            answer: dict[str, Any] = {}
            for question in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
                talk.write(json.dumps(question) + "\n")
                talk.flush()
                answer = {}
                while not answer.keys() & {"return", "error"}:
                    answer = json.loads(talk.readline())
            assert "return" in answer, answer
            return answer["return"]

    # what it says
    def serial(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_until(self, what: str, seen: Callable[[], Any], timeout: float) -> Any:
        """Looks every three seconds, for looking costs the emulation time, until `seen` gives something.

        `timeout`: seconds that this machine was not kept waiting by others. Raises NotSeenError naming `what`.
        """
        patience = self._patience(timeout)
        while not patience.is_over():
            self._went_on()
            found = seen()
            if found:
                return found
            time.sleep(3)
        raise NotSeenError(f"{what} did not come within {timeout:.0f} s; serial: {self.serial()[-1500:]}")

    # the shell
    def shell(self, command: str, timeout: float = 300) -> str:
        """What the command (one line) printed in the guest, as root. Raises NotSeenError without an answer in time."""
        patience = self._patience(timeout)
        if self._shell is None:
            self._shell = self._connected(patience)
        mark = uuid.uuid4().hex
        self._shell.sendall(f"{{ {command}; }} < /dev/null 2>&1; echo; echo {_said(mark)}\n".encode())
        return self._heard(self._shell, mark, patience).strip()

    def _patience(self, seconds: float) -> Patience:
        return Patience(seconds, lambda: queued(self._process.pid) if self._process is not None else 0.0)

    def _connected(self, patience: Patience) -> socket.socket:
        """A line to the shell, once it answers: it is called again and again, for it may not have been started yet."""
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self.folder / "shell"))
        mark = uuid.uuid4().hex
        while not patience.is_over():
            line.sendall(f"echo {_said(mark)}\n".encode())
            with contextlib.suppress(NotSeenError):
                self._heard(line, mark, self._patience(10))
                return line
        line.close()
        raise NotSeenError("the guest's shell does not answer")

    def _heard(self, line: socket.socket, mark: str, patience: Patience) -> str:
        said = ""
        line.settimeout(1)
        while mark not in said:
            if patience.is_over():
                raise NotSeenError(f"no {mark} in {said[-500:]!r}")
            with contextlib.suppress(TimeoutError):
                said += line.recv(65536).decode(errors="replace").replace("\r", "")
        return "\n".join(one for one in said.partition(mark)[0].splitlines() if not _MARK.fullmatch(one))


_MARK = re.compile(r"[0-9a-f]{32}")


def _said(mark: str) -> str:
    """As the shell is to say it: until the shell runs, the console itself sends back whatever it is sent."""
    return f"{mark[:8]}''{mark[8:]}"


def sparse_copy(source: Path, target: Path, size: int) -> None:
    """A disk to write to, larger than the image as a real one is."""
    subprocess.run(["cp", "--sparse=always", str(source), str(target)], check=True)
    os.truncate(target, size)
