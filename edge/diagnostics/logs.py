"""Recent log lines of this device's services, by name from a fixed list."""

import subprocess
from collections.abc import Callable, Sequence
from enum import StrEnum

LINES = 200
PATIENCE_S = 10.0
MOST_CHARACTERS = 200_000

Journal = Callable[[Sequence[str]], str]


class LogSource(StrEnum):
    PLAYER = "player"
    CACHE = "cache"
    PROVISION = "provision"
    DIAGNOSTICS = "diagnostics"
    KERNEL = "kernel"


def journalctl(arguments: Sequence[str]) -> str:
    """Raises OSError, subprocess.SubprocessError."""
    done = subprocess.run(
        ["journalctl", "--no-pager", "--quiet", "--output=short-iso", *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE_S,
        check=True,
    )
    return done.stdout


def recent(source: LogSource, journal: Journal = journalctl, lines: int = LINES) -> str:
    """The newest lines, oldest first; a sentence where there are none."""
    which = ["--dmesg", "--priority=warning"] if source is LogSource.KERNEL else [f"--unit=vizora-{source}.service"]
    try:
        text = journal([*which, f"--lines={lines}"])
    except FileNotFoundError:
        return "This machine keeps no journal.\n"
    except (OSError, subprocess.SubprocessError) as error:
        return f"The journal can't be read: {error}\n"
    return text[-MOST_CHARACTERS:] or "Nothing was logged.\n"
