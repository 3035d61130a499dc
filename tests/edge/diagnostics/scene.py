"""A well screen on a healthy machine, to be spoilt in one way and examined as `vizora doctor` does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.edge.diagnostics import lab
from tests.edge.diagnostics.device import Device
from tests.edge.diagnostics.examine import examined
from tests.edge.diagnostics.namespaces import ROOT, inside

COMMAND = (sys.executable, "-m", "tests.edge.diagnostics.examine")
HEALTHY_MACHINE = {
    "sys/devices/platform/soc/soc:firmware/get_throttled": "0",
    "sys/class/drm/card1-HDMI-A-1/status": "connected\n",
    "sys/class/drm/card1-HDMI-A-1/dpms": "On\n",
    "sys/class/thermal/thermal_zone0/temp": "51000\n",
    "proc/uptime": "90000.0 1.0\n",
    "proc/self/mountinfo": "30 1 179:6 / / rw,noatime - ext4 /dev/mmcblk0p6 rw\n",
    "sys/fs/ext4/mmcblk0p6/errors_count": "0\n",
    "sys/block/mmcblk0/device/life_time": "0x01 0x02\n",
    "sys/block/mmcblk0/device/pre_eol_info": "0x01\n",
}
FAR = "http://198.51.100.7"
STATUS_FILES = {"player": "player_status", "cache": "cache_status", "provision": "pairing_status"}


class Scene:
    """What `stack` holds is undone in the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.environ: dict[str, str] = {}
        self.setup: str | None = None
        """Shell lines that make a network; None: this machine's own."""
        self.living = list(STATUS_FILES)
        self.device = Device(folder / "device")
        self.device.settle()
        self.device.publish(issuedAt="2026-11-01T00:00:00Z")
        for name, text in HEALTHY_MACHINE.items():
            self.put(name, text)

    def put(self, name: str, text: str) -> None:
        path = self.folder / "machine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def cloud(self, answer: lab.Answer = lab.CLOUD, **how: Any) -> None:
        self.device.cloud_url = self.stack.enter_context(lab.far_side(answer, **how))

    def tls(self, start: datetime, end: datetime, *, name: str = lab.NAME, trusted: bool = True, **how: Any) -> None:
        authority = lab.Authority(self.folder)
        known = authority if trusted else lab.Authority(self.folder, "Another authority")
        self.environ["LAB_ISSUERS"] = str(known.file)
        self.cloud(certificate=authority.issue(start, end, name), **how)

    def network(self, setup: str, cloud_url: str = FAR) -> None:
        self.device.cloud_url, self.setup = cloud_url, setup

    def examine(self) -> dict[str, Any]:
        environ = {**self.device.environ, "LAB_ROOT": str(self.folder / "machine"), **self.environ}
        with self.device.services(*self.living):
            if self.setup is not None:
                told: dict[str, Any] = json.loads(inside(self.setup, COMMAND, environ))
                return told
            return elsewhere(environ) if "http_proxy" in environ else examined(environ)

    def expect_silence(self, patience_s: float = 1.5) -> None:
        """Where nothing will ever come there is no need to wait for it."""
        self.environ["LAB_PATIENCE_S"] = str(patience_s)

    def kill(self, service: str) -> None:
        """No socket; what it wrote is old."""
        self.living.remove(service)
        os.utime(getattr(self.device.paths, STATUS_FILES[service]), (1, 1))


def elsewhere(environ: dict[str, str]) -> dict[str, Any]:
    """In a process of its own, whose whole environment is this one."""
    whole = {**os.environ, **environ, "PYTHONPATH": str(ROOT)}
    text = subprocess.run(COMMAND, env=whole, capture_output=True, text=True, timeout=60, check=True).stdout
    told: dict[str, Any] = json.loads(text)
    return told


@contextmanager
def scene_in(folder: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield Scene(folder, stack)
