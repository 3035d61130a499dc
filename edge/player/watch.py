"""Looking at what the others left on a thread of its own, so that the stage never waits for a disk."""

import contextlib
import queue
import threading
import traceback
from dataclasses import replace
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from edge.player.following import Follower
from edge.player.outlook import Outlook
from vizora.identifiers import ContentId

LOOK_EVERY = 1.0
"""Seconds, at the most."""


class Watch(FileSystemEventHandler):
    """Looks when something changes, and at least every LOOK_EVERY. `latest` answers a new outlook, or None when nothing
    was looked at since."""

    def __init__(self, follower: Follower, folders: tuple[Path, ...]) -> None:
        self._follower = follower
        self._wake = threading.Event()
        self._ending = False
        self._outlooks: queue.SimpleQueue[Outlook] = queue.SimpleQueue()
        self._observer = Observer()
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                self._observer.schedule(self, str(folder))
        self._observer.daemon = True
        with contextlib.suppress(OSError):  # no inotify watches left: looking every second is enough
            self._observer.start()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)
        self._thread.start()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("created", "modified", "moved", "deleted"):
            self._wake.set()

    def latest(self) -> Outlook | None:
        found = None
        fresh: frozenset[ContentId] = frozenset()
        with contextlib.suppress(queue.Empty):
            while True:
                found = self._outlooks.get_nowait()
                fresh |= found.fresh
        return None if found is None else replace(found, fresh=fresh)

    def close(self) -> None:
        self._ending = True
        self._wake.set()
        self._thread.join(5)
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(5)

    def _run(self) -> None:
        while not self._ending:
            self._wake.clear()
            try:
                self._outlooks.put(self._follower.look())
            except Exception:  # noqa: BLE001  the screen keeps what it has; the next look may go well
                traceback.print_exc()
            self._wake.wait(LOOK_EVERY)
