"""Switching the display off and on: the television by HDMI-CEC, the monitor by the X server, or not at all.

`wanted` is a pure decision; the switches are adapters. Where there is none the picture goes dark and says so.
"""

import ctypes
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

DPMS_ON, DPMS_OFF = 0, 3
PATIENCE = 20.0


class Wish:
    """What is wanted: the schedule's word, or that of a command until the schedule says something else. Pure."""

    def __init__(self) -> None:
        self._scheduled: bool | None = None
        self._commanded: bool | None = None

    def command(self, on: bool) -> None:
        self._commanded = on

    def wanted(self, scheduled: bool) -> bool:
        """Whether the display is to be on while the schedule says `scheduled`."""
        if self._scheduled is not None and scheduled != self._scheduled:
            self._commanded = None
        self._scheduled = scheduled
        return scheduled if self._commanded is None else self._commanded


class Switch(Protocol):
    name: str

    def turn(self, on: bool) -> bool:
        """Whether the display did as it was told. May take seconds."""


class CecSwitch:
    """A television or monitor that listens to HDMI-CEC, by `cec-ctl` of v4l-utils (libcec is no longer kept up)."""

    name = "cec"

    def __init__(self, device: Path, run: Callable[[Sequence[str]], bool]) -> None:
        self._device = device
        self._run = run

    def turn(self, on: bool) -> bool:
        say = "--image-view-on" if on else "--standby"
        return self._run(["cec-ctl", "-d", str(self._device), "--playback", "-s", "--to", "0", say])


class X11Switch:
    """A monitor on an X server, by DPMS (libXext)."""

    name = "dpms"

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._display_name = environ.get("DISPLAY", "").encode()

    def turn(self, on: bool) -> bool:
        try:
            x, ext = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXext.so.6")
        except OSError:
            return False
        x.XOpenDisplay.restype = ctypes.c_void_p
        display = ctypes.c_void_p(x.XOpenDisplay(self._display_name))
        if not display.value:
            return False
        try:
            first, errors = ctypes.c_int(), ctypes.c_int()
            known = ext.DPMSQueryExtension(display, ctypes.byref(first), ctypes.byref(errors))
            if not known or not ext.DPMSCapable(display):
                return False
            ext.DPMSEnable(display)
            ext.DPMSForceLevel(display, ctypes.c_ushort(DPMS_ON if on else DPMS_OFF))
            return True
        finally:
            x.XCloseDisplay(display)


def switches(driver: str, root: Path = Path("/"), which: Callable[[str], str | None] = shutil.which) -> list[Switch]:
    """What this machine has, the best first."""
    found: list[Switch] = []
    devices = sorted((root / "dev").glob("cec[0-9]*")) if which("cec-ctl") else []
    found += [CecSwitch(device, run) for device in devices]
    return [*found, X11Switch()] if driver == "x11" else found


def run(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


class DisplayPower:
    """Tries the switches on a thread, so that the stage never waits; the newest wish counts."""

    def __init__(self, found: Sequence[Switch]) -> None:
        self._switches = found
        self._condition = threading.Condition()
        self._wanted: bool | None = None
        self._ending = False
        self.done_by = ""
        """The switches that did the last wish; empty: the display itself stays as it was."""
        self._thread = threading.Thread(target=self._work, name="display-power", daemon=True)
        self._thread.start()

    def turn(self, on: bool) -> None:
        with self._condition:
            self._wanted = on
            self._condition.notify()

    def close(self) -> None:
        with self._condition:
            self._ending = True
            self._condition.notify()

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._wanted is not None or self._ending)
                if self._ending:
                    return
                on, self._wanted = bool(self._wanted), None
            self.done_by = ", ".join(one.name for one in self._switches if one.turn(on))
