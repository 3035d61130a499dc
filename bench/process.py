"""What a process used, as the kernel counts it (proc(5)): its own processor time and memory, whoever else is busy."""

import os
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def cpu_s(pid: int) -> float:
    """Seconds of processor time of all its threads so far, in steps of a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def pss_mib(pid: int) -> float:
    """Its memory, with what it shares with others counted in part."""
    return _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def rss_mib(pid: int) -> float:
    return _field(Path(f"/proc/{pid}/status"), "VmRSS:")


def peak_mib(pid: int) -> float:
    """The most RSS since `forget_peak`."""
    return _field(Path(f"/proc/{pid}/status"), "VmHWM:")


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _field(file: Path, name: str) -> float:
    return next(int(line.split()[1]) for line in file.read_text().splitlines() if line.startswith(name)) * 1024 / MIB
