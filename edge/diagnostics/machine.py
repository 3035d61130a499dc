"""The machine's temperature, power and displays, from what kernel and firmware tell."""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from edge.cache.metrics import machine_metrics
from edge.diagnostics.facts import Connector, Machine, Power

FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled"
UNDER_VOLTAGE, THROTTLED, TOO_HOT = 0x1, 0x4, 0x8
"""Bits of the firmware's get_throttled; the same ones 16 places higher say "since boot"."""
SINCE_BOOT = 16
PATIENCE_S = 5.0
WHOLE_DEVICE = re.compile(r"card\d+-(.+)")


def ask_firmware() -> str:
    """`vcgencmd get_throttled` where it is installed. Raises OSError, subprocess.SubprocessError."""
    done = subprocess.run(["vcgencmd", "get_throttled"], capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return done.stdout.strip().partition("=")[2]


def machine(data_folder: Path, root: Path, firmware: Callable[[], str] = ask_firmware) -> Machine:
    told = machine_metrics(data_folder, root)
    uptime = told.get("uptimeMs")
    return Machine(
        model=_text(root / "proc/device-tree/model") or _text(root / "sys/class/dmi/id/product_name"),
        uptime_s=None if uptime is None else uptime / 1000,
        temperature_c=told.get("temperatureC"),
        memory_percent=told.get("memory"),
        cpu_percent=told.get("cpu"),
        power=power(root, firmware),
    )


def power(root: Path, firmware: Callable[[], str] = ask_firmware) -> Power:
    """The firmware's word by file or by its own tool; else the kernel's alarm, which knows only "now"."""
    text = _text(root / FIRMWARE)
    if not text:
        with suppress(OSError, subprocess.SubprocessError):
            text = firmware()
    with suppress(ValueError):
        bits = int(text, 16)
        slowed = THROTTLED | TOO_HOT
        return Power(
            under_voltage=bool(bits & UNDER_VOLTAGE),
            under_voltage_since_boot=bool(bits & UNDER_VOLTAGE << SINCE_BOOT),
            is_throttled=bool(bits & slowed),
            was_throttled=bool(bits & slowed << SINCE_BOOT),
        )
    for monitor in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        if _text(monitor / "name") == "rpi_volt":
            return Power(under_voltage=_text(monitor / "in0_lcrit_alarm") == "1")
    return Power()


def displays(root: Path) -> tuple[Connector, ...]:
    return tuple(_displays(root))


def _displays(root: Path) -> Iterator[Connector]:
    for folder in sorted((root / "sys/class/drm").glob("card*-*")):
        name = WHOLE_DEVICE.fullmatch(folder.name)
        status = _text(folder / "status")
        if name is None or name[1].startswith("Writeback") or status not in ("connected", "disconnected"):
            continue
        dpms = _text(folder / "dpms")
        yield Connector(name[1], status == "connected", None if not dpms else dpms == "On")


def _text(path: Path) -> str:
    """A small file's text; empty when there is none."""
    try:
        return path.read_bytes().decode(errors="replace").strip("\0\n ")
    except OSError:
        return ""
