"""The play journal (docs/reference/device-files.md): one JSON line a play, synced in batches, in segments.

A play is recorded once its line is synced. A full or failing disk keeps plays in bounded memory and tries again;
lines that may have reached the disk by half are written again in a new segment, which readers count once.

To spare the card, zeros are written ahead and lines over them: a sync then costs the page they are on, and nothing of
the file system's own (ADR 59). A segment that is closed is cut to its lines.
"""

import contextlib
import errno
import os
import threading
from collections import deque
from pathlib import Path

import msgspec

from edge.clock import Clock
from edge.files import sync_folder
from vizora.identifiers import BootId
from vizora.plays import Play

SEGMENT_SIZE = 262_144
AHEAD = 32_768
"""Zeros written at a time. Fewer than the longest line that a reader waits for: one that is older than they are leaves
them too."""
KEPT = 20_000
"""Plays held in memory at most, some 7 MB; beyond that the oldest are lost, and `lost` says how many."""
RETRY = 5.0


class Journal:
    """Pure file work, on whichever thread calls it."""

    def __init__(self, folder: Path, boot_id: BootId) -> None:
        self._folder = folder
        self._boot_id = boot_id
        self._segment = -1
        self._file: int | None = None
        self._size = 0
        """Bytes of lines in the segment; zeros follow, up to `_reserved`."""
        self._reserved = 0
        self._waiting: deque[Play] = deque()
        self._unsynced: list[Play] = []
        self.lost = 0
        self.problem = ""

    @property
    def unrecorded(self) -> int:
        """Plays that are not yet safe on the disk."""
        return len(self._waiting) + len(self._unsynced)

    def add(self, play: Play) -> None:
        self._waiting.append(play)
        while len(self._waiting) > KEPT:
            self._waiting.popleft()
            self.lost += 1

    def write(self) -> bool:
        """Writes what waits, without syncing. False when the disk refused; then it all waits again."""
        try:
            while self._waiting:
                self._append(self._waiting[0])
                self._unsynced.append(self._waiting.popleft())
        except OSError as error:
            self._give_up_segment(error)
            return False
        return True

    def sync(self) -> bool:
        """Makes what was written survive a power cut. False when the disk refused; then it all waits again."""
        try:
            if self._file is not None and self._unsynced:
                os.fdatasync(self._file)
        except OSError as error:
            self._give_up_segment(error)
            return False
        self._unsynced.clear()
        self.problem = ""
        return True

    def close(self) -> None:
        if self.write():
            self.sync()
        self._close_file()

    def _append(self, play: Play) -> None:
        line = msgspec.json.encode(play) + b"\n"
        if self._file is None or self._size + len(line) > SEGMENT_SIZE:
            self._next_segment()
        while self._size + len(line) > self._reserved:
            self._write_at(self._reserved, bytes(AHEAD))
            self._reserved += AHEAD
        self._write_at(self._size, line)
        self._size += len(line)

    def _write_at(self, offset: int, data: bytes) -> None:
        assert self._file is not None
        if os.pwrite(self._file, data, offset) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _next_segment(self) -> None:
        if self._file is not None:
            os.fdatasync(self._file)
            self._unsynced.clear()
        self._close_file()
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._segment < 0:
            sync_folder(self._folder.parent)
        self._segment += 1
        path = self._folder / f"{self._boot_id}-{self._segment}.ndjson"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._size = self._reserved = 0
        sync_folder(self._folder)

    def _give_up_segment(self, error: OSError) -> None:
        self.problem = f"plays can't be written to {self._folder}: {error.strerror}"
        self._waiting.extendleft(reversed(self._unsynced))
        self._unsynced.clear()
        self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # zeros that stay are in nobody's way
                os.ftruncate(self._file, self._size)
            os.close(self._file)
            self._file = None


class JournalWriter:
    """Writes plays on a thread of its own, because a slow card must not stop the picture."""

    def __init__(self, journal: Journal, clock: Clock, sync_ms: int) -> None:
        self._journal = journal
        self._clock = clock
        self._sync_after = sync_ms / 1000
        self._condition = threading.Condition()
        self._incoming: deque[Play] = deque()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        return self._journal.problem

    @property
    def unrecorded(self) -> int:
        return len(self._incoming) + self._journal.unrecorded

    def add(self, plays: list[Play]) -> None:
        with self._condition:
            self._incoming.extend(plays)
            self._condition.notify()

    def close(self) -> None:
        """Writes and syncs what is there; waits for it at most 5 s."""
        with self._condition:
            self._ending = True
            self._condition.notify()
        self._thread.join(5)

    def _run(self) -> None:
        synced_at = self._clock.monotonic()
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._incoming or self._ending, self._pause(synced_at))
                plays = list(self._incoming)
                self._incoming.clear()
                ending = self._ending
            for play in plays:
                self._journal.add(play)
            written = self._journal.write()
            if ending:
                self._journal.close()
                return
            now = self._clock.monotonic()
            if written and now - synced_at >= self._sync_after:
                self._journal.sync()
                synced_at = now

    def _pause(self, synced_at: float) -> float | None:
        if not self._journal.unrecorded:
            return None
        if self._journal.problem:
            return RETRY
        return max(0.01, synced_at + self._sync_after - self._clock.monotonic())
