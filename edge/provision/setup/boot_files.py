"""The boot partition: setup files are taken once, their secrets overwritten in place, and what came of it said."""

import os
from contextlib import suppress
from pathlib import Path

from edge.files import sync_folder, write_durably
from edge.provision.setup.redaction import redacted
from edge.provision.setup.taking import MOST_BYTES, READERS, REPORT, SUFFIX

RESET = "vizora-reset"
"""An empty file of this name asks for a factory reset."""


def found(boot: Path) -> dict[str, bytes]:
    """The setup files that are there. A file that can't be read isn't."""
    files = {}
    for name in READERS:
        with suppress(OSError), (boot / name).open("rb") as file:
            files[name] = file.read(MOST_BYTES + 1)
    return files


def wants_reset(boot: Path) -> bool:
    return any((boot / name).is_file() for name in (RESET, f"{RESET}.txt"))


def reset_done(boot: Path) -> None:
    """Raises OSError."""
    for name in (RESET, f"{RESET}.txt"):
        (boot / name).unlink(missing_ok=True)
    sync_folder(boot)


def clear(boot: Path, names: list[str], report: str) -> None:
    """Takes the secrets off the card: over the old bytes, synced; only then the file gets its new name.

    Raises OSError; then the next start does it again.
    """
    for name in names:
        path = boot / name
        with path.open("r+b") as file:
            clean = redacted(file.read())
            file.seek(0)
            file.write(clean)
            file.flush()
            os.fsync(file.fileno())
        path.replace(boot / f"{name}{SUFFIX}")
    write_durably(boot / REPORT, report.encode())
    sync_folder(boot)
