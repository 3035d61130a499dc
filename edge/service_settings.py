"""A service's settings: it goes on with what makes sense, says what doesn't, and starts anew once that is mended."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edge import config
from edge.config import DeviceConfig

LOOK_S = 2.0
Stamp = tuple[int, int, int] | None


def end_in_order() -> None:
    """As `systemctl stop` would; systemd starts it again with the file as it is now."""
    os.kill(os.getpid(), signal.SIGTERM)


def load(
    environ: Mapping[str, str], say: Callable[[str], None], end: Callable[[], None] = end_in_order
) -> DeviceConfig:
    """In a terminal as `config.load`: raises ConfigError. Under systemd whoever could mend it may be far away."""
    if not environ.get("NOTIFY_SOCKET"):
        return config.load(environ)
    files = config.files(environ)
    before = stamps(files)
    settings = config.read(environ)
    for fault in settings.faults:
        say(f"wrong setting, counts as not set: {fault}")
    if settings.faults:
        end_when_changed(files, before, end)
    return settings


def end_when_changed(
    files: Sequence[Path], before: list[Stamp], end: Callable[[], None], look_s: float = LOOK_S
) -> None:
    """Looks at the files from a thread of its own, which calls `end` once. `before`: their stamps when last read."""

    def look() -> None:
        while stamps(files) == before:
            time.sleep(look_s)
        end()

    threading.Thread(target=look, name="settings", daemon=True).start()


def stamps(files: Sequence[Path]) -> list[Stamp]:
    """Differ after every way of saving a file; None for one that isn't there, or not ours to look at."""
    return [_stamp(file) for file in files]


def _stamp(file: Path) -> Stamp:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns, about.st_size
