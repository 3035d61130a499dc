"""Whether this screen shows web pages, and if not, why: a browser needs memory, and has to be installed."""

import shutil
from pathlib import Path

from edge.config import Web

LEAST_MEMORY = 1_800_000_000
"""Bytes; what a computer sold with 2 GB reports, less what its firmware takes."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MEMORY_SHARE = 3
"""The browser may take this part of the memory at most."""
LEAST_LIMIT = 600 << 20


def browser() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def memory(meminfo: Path = Path("/proc/meminfo")) -> int:
    """Bytes of memory this device has; 0 when nobody says."""
    try:
        first = next(line for line in meminfo.read_text().splitlines() if line.startswith("MemTotal:"))
        return int(first.split()[1]) * 1024
    except (OSError, StopIteration, ValueError, IndexError):
        return 0


def limit(memory: int) -> int:
    return max(LEAST_LIMIT, memory // MEMORY_SHARE)


def refusal(wanted: Web, memory: int, program: str | None) -> str:
    """Why no web page is shown here, as a sentence; empty when they are."""
    if wanted is Web.OFF:
        return "web pages are switched off on this screen (VIZORA_WEB)"
    if program is None:
        return "web pages need Chromium, which is not installed on this screen (Debian's package chromium)"
    if wanted is Web.AUTO and memory < LEAST_MEMORY:
        has = f"{memory / 1e9:.1f} GB"
        return f"web pages need 2 GB of memory, this screen has {has} (VIZORA_WEB=on shows them all the same)"
    return ""
