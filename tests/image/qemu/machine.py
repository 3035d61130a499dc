"""A whole computer in QEMU: its disk a file, its screen a picture on demand, a root shell that only the emulator has.

The image holds no test hook. systemd takes extra units from the firmware's SMBIOS strings (system credentials), and
only an emulator writes those: `SHELL_UNIT` puts a shell on a virtual console, which no hardware has.
"""

import base64
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

FIRMWARE = Path("/usr/share/ovmf/OVMF.fd")
GUEST_CLOUD = "10.0.2.100"
"""Where the guest finds the cloud that listens on this machine's loopback."""
SHELL_UNIT = """[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/sh -c 'exec 0<>/dev/hvc0 1>&0 2>&0; stty raw -echo; while read -r line; do eval "$line"; done'
Restart=always
RestartSec=1
KillMode=process
"""
WANTS_SHELL = "[Unit]\nWants=vizora-test-shell.service\n"
PATIENT = "[Service]\nTimeoutStartSec=1800\nWatchdogSec=600\n"
"""For the services: emulated, they take a hundred times as long as on a real machine."""
SERVICES = ("player", "cache", "provision", "diagnostics")


STARTED = "Vizora: slot"
"""What grub.cfg says for each start."""


class NotSeenError(AssertionError):
    """What was waited for did not come in time."""


def _credential(name: str, text: str) -> list[str]:
    encoded = base64.b64encode(text.encode()).decode()
    return ["-smbios", f"type=11,value=io.systemd.credential.binary:{name}={encoded}"]


class Machine:
    """Runs from `power_on` to `cut_power`. `name` names its files in `folder`: log, sockets, pictures."""

    def __init__(
        self, folder: Path, disk: Path, cloud_port: int, *, stick: Path | None = None, memory_mb: int = 1536
    ) -> None:
        self.folder, self.disk, self._cloud_port, self._stick, self._memory_mb = (
            folder,
            disk,
            cloud_port,
            stick,
            memory_mb,
        )
        self.log = folder / "serial.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._shell: socket.socket | None = None
        self.powered_on_at = 0.0

    def power_on(self) -> None:
        assert self._process is None
        for name in ("qmp", "shell"):
            (self.folder / name).unlink(missing_ok=True)
        self.powered_on_at = time.monotonic()
        with (self.folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
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
        if self._shell is not None:
            self._shell.close()
        self._process = self._shell = None

    def restart(self) -> None:
        """In order, from within; returns when the guest has let go."""
        starts = self.serial().count(STARTED)
        self.shell("systemctl reboot")
        self.wait_until("the restart", lambda: self.serial().count(STARTED) > starts, 600)
        self.powered_on_at = time.monotonic()
        if self._shell is not None:
            self._shell.close()
        self._shell = None

    def up_for(self) -> float:
        """Seconds since the power came on."""
        return time.monotonic() - self.powered_on_at

    def _command(self) -> Sequence[str]:
        pipe = f"{sys.executable} {Path(__file__).with_name('pipe.py')} {self._cloud_port}"
        network = f"user,restrict=on,guestfwd=tcp:{GUEST_CLOUD}:3000-cmd:{pipe}"
        return [
            *("qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=single", "-cpu", "Nehalem", "-smp", "1"),
            *(
                "-m",
                str(self._memory_mb),
                "-bios",
                str(FIRMWARE),
                "-display",
                "none",
                "-vga",
                "none",
                "-monitor",
                "none",
            ),
            *("-device", "virtio-vga,xres=800,yres=600", "-device", "virtio-rng-pci"),
            *("-drive", f"if=none,id=disk,file={self.disk},format=raw,cache=writeback"),
            *("-device", "virtio-blk-pci,drive=disk,bootindex=0"),
            *("-nic", f"{network},model=virtio-net-pci"),
            *("-chardev", f"file,id=serial,path={self.log},append=on", "-serial", "chardev:serial"),
            *("-qmp", f"unix:{self.folder}/qmp,server=on,wait=off"),
            *(
                "-device",
                "virtio-serial-pci",
                "-chardev",
                f"socket,id=shell,path={self.folder}/shell,server=on,wait=off",
            ),
            *("-device", "virtconsole,chardev=shell"),
            *self._with_stick(),
            *_credential("systemd.extra-unit.vizora-test-shell.service", SHELL_UNIT),
            *_credential("systemd.unit-dropin.sysinit.target", WANTS_SHELL),
            *(part for name in SERVICES for part in _credential(f"systemd.unit-dropin.vizora-{name}.service", PATIENT)),
        ]

    def _with_stick(self) -> Sequence[str]:
        if self._stick is None:
            return ()
        drive = f"if=none,id=stick,file={self._stick},format=raw,readonly=on"
        return ("-drive", drive, "-device", "virtio-blk-pci,drive=stick")

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

        Raises NotSeenError naming `what`.
        """
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            assert self._process is not None
            if self._process.poll() is not None:
                raise NotSeenError(
                    f"QEMU ended while waiting for {what}: {(self.folder / 'qemu.log').read_text()[-500:]}"
                )
            found = seen()
            if found:
                return found
            time.sleep(3)
        raise NotSeenError(f"{what} did not come within {timeout:.0f} s; serial: {self.serial()[-1500:]}")

    # the shell
    def shell(self, command: str, timeout: float = 300) -> str:
        """What the command (one line) printed in the guest, as root. Raises NotSeenError without an answer in time."""
        until = time.monotonic() + timeout
        if self._shell is None:
            self._shell = self._connected(until)
        mark = uuid.uuid4().hex
        self._shell.sendall(f"{{ {command}; }} < /dev/null 2>&1; echo; echo {mark}\n".encode())
        return self._heard(self._shell, mark, until).strip()

    def _connected(self, until: float) -> socket.socket:
        """A line to the shell, once it answers: it is called again and again, for it may not have been started yet."""
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self.folder / "shell"))
        mark = uuid.uuid4().hex
        while time.monotonic() < until:
            line.sendall(f"echo {mark}\n".encode())
            with contextlib.suppress(NotSeenError):
                self._heard(line, mark, min(until, time.monotonic() + 10))
                return line
        line.close()
        raise NotSeenError("the guest's shell does not answer")

    def _heard(self, line: socket.socket, mark: str, until: float) -> str:
        said = ""
        line.settimeout(1)
        while mark not in said:
            if time.monotonic() > until:
                raise NotSeenError(f"no {mark} in {said[-500:]!r}")
            with contextlib.suppress(TimeoutError):
                said += line.recv(65536).decode(errors="replace").replace("\r", "")
        return "\n".join(one for one in said.partition(mark)[0].splitlines() if not _MARK.fullmatch(one))


_MARK = re.compile(r"[0-9a-f]{32}")


def sparse_copy(source: Path, target: Path, size: int) -> None:
    """A disk to write to, larger than the image as a real one is."""
    subprocess.run(["cp", "--sparse=always", str(source), str(target)], check=True)
    os.truncate(target, size)
