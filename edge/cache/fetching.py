"""Fetching what is missing, one file at a time: room first, the most urgent first, failures with patience."""

import logging
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Protocol

from edge import problems
from edge.backoff import delay_s
from edge.cache.download import Broken, Cancelled, DiskFailed, DiskFull, Fetched, Outcome, Source, Wrong, fetch
from edge.cache.plan import File, fits, to_evict
from edge.cache.store import AssetStore
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.http import UnreachableError
from edge.status import Problem

LONGEST_PAUSE_S = 30.0
WRONG_PAUSE_S = 60.0
STORAGE_PAUSE_S = 15.0

log = logging.getLogger(__name__)


class Detour(Source, Protocol):
    """A nearer way to some files than the cloud, as long as it lasts: a USB stick."""

    def brings(self, sha256: str) -> bool: ...

    def failed(self, file: File, outcome: Broken | Wrong) -> None:
        """What it brought was of no use; `brings` must not promise it again."""


@dataclass(slots=True)
class Running:
    """The download under way; the worker reads `cancelled` and writes `have`."""

    file: File
    detour: Detour | None = None
    """What it comes from; None: from the cloud."""
    cancelled: bool = False
    have: int = 0


class Fetching:
    """Lives in the loop's thread; the bytes come in a worker's."""

    def __init__(
        self,
        *,
        store: AssetStore,
        source: Source,
        worker: Worker,
        clock: Clock,
        jitter: Callable[[], float],
        free_space: Callable[[], int],
        cache_size: int,
    ) -> None:
        self._store = store
        self._source = source
        self._worker = worker
        self._clock = clock
        self._jitter = jitter
        self._free_space = free_space
        self._cache_size = cache_size
        self._next_at = 0.0
        self._failures = 0
        self._not_before: dict[str, float] = {}
        self._wrong: dict[str, Problem] = {}
        """By asset: what came in its place."""
        self.storage: Problem | None = None
        """Why the disk takes no file."""
        self.detour: Detour | None = None
        self.running: Running | None = None
        self.unreachable: UnreachableError | None = None

    @property
    def problem(self) -> Problem | None:
        """What keeps files from coming although the cloud is there."""
        return self.storage or next(iter(self._wrong.values()), None)

    def turn(self, missing: list[File], keep: Set[str]) -> None:
        """Goes on with `missing`, most urgent first; what is in `keep` is never evicted for it.

        What a detour brings goes before all, and waits for no line: a stick may be gone in a moment.
        """
        at = self._clock.monotonic()
        nearer = [file for file in missing if self._detour_to(file) is not None]
        missing = nearer or missing
        if self.running is not None:
            untried = [file for file in missing if file.sha256 not in self._not_before]
            is_next = self.running.file in (untried[:1] or missing)
            self.running.cancelled = not is_next or self.running.detour is not self._detour_to(self.running.file)
        elif not missing:
            self.storage = None
            self._wrong.clear()
        elif at >= self._next_at or (nearer and self.storage is None):
            ready = nearer or [file for file in missing if self._not_before.get(file.sha256, 0.0) <= at]
            if ready and self._make_room(ready[0], keep, at):
                self._start(ready[0])

    def retry_now(self) -> None:
        """Whatever waits for its next try is due."""
        self._next_at, self._failures = 0.0, 0
        self._not_before.clear()

    def trim(self, keep: Set[str]) -> None:
        """Lets go of what is over the cache's size. Raises OSError."""
        for sha256 in to_evict(self._store.stored(), keep, cache_size=self._cache_size, incoming=0, free=1):
            self._store.evict(sha256)

    def storage_failed(self, error: OSError) -> None:
        log.error("storage: %s", error)
        self.storage = problems.storage_failing(error)
        self._next_at = self._clock.monotonic() + STORAGE_PAUSE_S

    def _detour_to(self, file: File) -> Detour | None:
        return self.detour if self.detour is not None and self.detour.brings(file.sha256) else None

    def _make_room(self, file: File, keep: Set[str], at: float) -> bool:
        try:
            free = self._free_space()
            stored = self._store.stored()
            for sha256 in to_evict(stored, keep, cache_size=self._cache_size, incoming=file.size, free=free):
                log.info("evicting %s", sha256[:12])
                self._store.evict(sha256)
            free = self._free_space()
        except OSError as error:
            self.storage_failed(error)
            return False
        if not fits(file.size, free):
            self.storage = problems.storage_full(file.size, free)
            self._next_at = at + STORAGE_PAUSE_S
            return False
        return True

    def _start(self, file: File) -> None:
        running = self.running = Running(file, self._detour_to(file))

        def work() -> Outcome:
            return fetch(
                file,
                self._store.folder,
                running.detour or self._source,
                self._clock,
                is_cancelled=lambda: running.cancelled,
                progressed=lambda have: setattr(running, "have", have),
            )

        self._worker.submit(work, self._ended)

    def _ended(self, outcome: Outcome | Exception) -> None:
        assert self.running is not None
        file, detour, self.running = self.running.file, self.running.detour, None
        at = self._clock.monotonic()
        match outcome:
            case Fetched():
                self._store.add(file)
                self._failures, self.storage, self.unreachable = 0, None, None
                self._wrong.pop(file.sha256, None)
            case Cancelled():
                pass
            case Broken() | Wrong() if detour is not None:
                detour.failed(file, outcome)
            case Broken(error):
                self._failures += 1
                self._next_at = at + delay_s(self._failures, self._jitter(), longest=LONGEST_PAUSE_S)
                self.unreachable = error
                log.warning("fetching %s: %s", file.sha256[:12], error)
            case Wrong(reason):
                self._failures += 1
                self._not_before[file.sha256] = at + delay_s(self._failures, self._jitter(), longest=WRONG_PAUSE_S)
                self._wrong[file.sha256] = Problem("VZ-113", f"{reason}. The programme before plays on.")
                log.error("%s", reason)
            case DiskFull():
                self.storage = problems.storage_full(file.size, self._free_space_or_none())
                self._next_at = at + STORAGE_PAUSE_S
            case DiskFailed(error):
                self.storage_failed(error)
            case Exception():
                raise outcome

    def _free_space_or_none(self) -> int:
        try:
            return self._free_space()
        except OSError:
            return 0
