"""How the machine is, for heartbeats and status pages. What a machine doesn't tell is left out."""

import os
import shutil
from pathlib import Path

SYSTEM = Path("/")


def machine_metrics(data_folder: Path, root: Path = SYSTEM) -> dict[str, float | int | bool]:
    """Shares in percent, `temperatureC` in degrees, `uptimeMs` in milliseconds."""
    found: dict[str, float | int | bool | None] = {
        "cpu": _cpu(),
        "memory": _memory(root),
        "disk": _disk(data_folder),
        "temperatureC": _scaled(root / "sys/class/thermal/thermal_zone0/temp", 0.001),
        "throttled": _throttled(root),
        "uptimeMs": _uptime_ms(root),
    }
    return {name: value for name, value in found.items() if value is not None}


def _cpu() -> float:
    """Load of the last minute over the number of cores; over 100 is a queue."""
    return round(100 * os.getloadavg()[0] / (os.cpu_count() or 1), 1)


def _memory(root: Path) -> float | None:
    try:
        lines = (line.split() for line in (root / "proc/meminfo").read_text().splitlines())
        sizes = {words[0]: int(words[1]) for words in lines if len(words) > 1}
        return round(100 * (1 - sizes["MemAvailable:"] / sizes["MemTotal:"]), 1)
    except (OSError, ValueError, KeyError, ZeroDivisionError):
        return None


def _disk(folder: Path) -> float | None:
    try:
        usage = shutil.disk_usage(folder)
        return round(100 * usage.used / usage.total, 1)
    except (OSError, ZeroDivisionError):
        return None


def _throttled(root: Path) -> bool | None:
    """The Raspberry Pi firmware's word: under-voltage or heat now, or since boot."""
    try:
        return int((root / "sys/devices/platform/soc/soc:firmware/get_throttled").read_text(), 16) != 0
    except (OSError, ValueError):
        return None


def _uptime_ms(root: Path) -> int | None:
    seconds = _scaled(root / "proc/uptime", 1000)
    return None if seconds is None else int(seconds)


def _scaled(path: Path, factor: float) -> float | None:
    try:
        return round(float(path.read_text().split()[0]) * factor, 1)
    except (OSError, ValueError, IndexError):
        return None
