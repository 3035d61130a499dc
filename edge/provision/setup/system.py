"""Host name and time zone of the system. It forgets them with every start (its root is read-only): set each time."""

import logging
import socket
from collections.abc import Callable
from pathlib import Path

from edge.status import SetupKept

ZONES = Path("/usr/share/zoneinfo")

log = logging.getLogger(__name__)


def apply(kept: SetupKept, etc: Path, sethostname: Callable[[str], None] = socket.sethostname) -> None:
    """Raises nothing: a screen without its name plays all the same."""
    try:
        if kept.hostname:
            sethostname(kept.hostname)
            (etc / "hostname").write_text(f"{kept.hostname}\n")
        if kept.timezone and (ZONES / kept.timezone).is_file():
            new = etc / ".localtime.new"
            new.unlink(missing_ok=True)
            new.symlink_to(ZONES / kept.timezone)
            new.replace(etc / "localtime")
    except OSError as error:
        log.error("host name and time zone: %s", error)
