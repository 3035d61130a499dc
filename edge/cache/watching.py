"""Waking the loop when another process writes its status, so that what it says is told at once.

Without inotify (no watches left, a file system that has none) the loop's own look twice a second does, only later.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchdog.events import FileMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

log = logging.getLogger(__name__)


class Watching(FileSystemEventHandler):
    """Calls `changed`, from a thread of its own, whenever `file` is written or replaced, from `start` to `stop`."""

    def __init__(self, file: Path, changed: Callable[[], None]) -> None:
        self._file = file
        self._changed = changed
        self._observer = Observer()
        self._observer.daemon = True

    def start(self) -> None:
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._observer.schedule(self, str(self._file.parent), event_filter=[FileMovedEvent])
            self._observer.start()
        except OSError as error:
            log.info("no word of changes in %s (%s): looking now and then", self._file.parent, error)

    def stop(self) -> None:
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(5)

    def on_moved(self, event: FileSystemEvent) -> None:
        """Status files are replaced whole (`write_at_once`)."""
        if os.fsdecode(event.dest_path) == str(self._file):
            self._changed()
