"""From "the cloud has something new" to "it plays": ask, verify, fetch what is missing, switch when all is there."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edge import problems
from edge.backoff import delay_s
from edge.cache.device_calls import Nothing, Revoked, Signed, Unchanged
from edge.cache.download import Broken, Cancelled, DiskFailed, DiskFull, Fetched, Outcome, Source, Wrong, fetch
from edge.cache.manifests import Manifests
from edge.cache.plan import File, files_of, fits, soonest_first, to_evict
from edge.cache.store import AssetStore
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.http import UnreachableError
from edge.status import CacheState, Problem, Wanted
from vizora.errors import TrustError, VizoraError
from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest

LONGEST_PAUSE_S = 30.0
STORAGE_PAUSE_S = 15.0

log = logging.getLogger(__name__)


class Calls(Source, Protocol):
    def manifest(self, etag: str | None) -> Signed | Unchanged | Nothing: ...


@dataclass(slots=True)
class _Running:
    """The download under way; the worker reads `cancelled` and writes `have`."""

    file: File
    cancelled: bool = False
    have: int = 0


class Sync:
    """Lives in the loop's thread; network and hashing go to the workers. `turn` is called often and never waits."""

    def __init__(
        self,
        *,
        manifests: Manifests,
        store: AssetStore,
        calls: Calls,
        asking: Worker,
        downloading: Worker,
        clock: Clock,
        jitter: Callable[[], float],
        free_space: Callable[[], int],
        needed_at: Callable[[Manifest, datetime], Mapping[ContentId, datetime]],
        cloud_url: str,
        cache_size: int,
        poll_s: float,
    ) -> None:
        self.manifests = manifests
        self.store = store
        self._calls = calls
        self._asking = asking
        self._downloading = downloading
        self._clock = clock
        self._jitter = jitter
        self._free_space = free_space
        self._needed_at = needed_at
        self._cloud_url = cloud_url
        self._cache_size = cache_size
        self._poll_s = poll_s
        self._ask_at = 0.0
        self._is_asking = False
        self._ask_again = False
        self._failures = 0
        self._running: _Running | None = None
        self._fetch_at = 0.0
        self._fetch_failures = 0
        self._not_before: dict[str, float] = {}
        self._order: tuple[File, ...] | None = None
        self.last_contact_at: datetime | None = None
        self.is_revoked = False
        self._offline: Problem | None = None
        self._refused: Problem | None = None
        self._blocked: Problem | None = None
        self._wrong: dict[str, Problem] = {}
        """By asset: what came in its place."""

    # What the loop calls
    def turn(self) -> None:
        at = self._clock.monotonic()
        if at >= self._ask_at and not self._is_asking and not self.is_revoked:
            self._ask()
        self._fetch_next(at)

    def ask_now(self) -> None:
        """The cloud nudged, a line came up, or a person asked: everything that waits is due now."""
        self._ask_again = self._is_asking
        self._ask_at = self._fetch_at = 0.0
        self._not_before.clear()

    def replan(self) -> None:
        """Something on the disk changed; the next `turn` looks again."""
        self._order = None

    # Asking
    def _ask(self) -> None:
        self._is_asking, self._ask_again = True, False
        etag = self.manifests.etag
        self._asking.submit(lambda: self._calls.manifest(etag), self._answered)

    def _answered(self, answer: Signed | Unchanged | Nothing | Exception) -> None:
        self._is_asking = False
        at = self._clock.monotonic()
        if isinstance(answer, Exception):
            self._ask_failed(answer, at)
            return
        self._failures, self._offline = 0, None
        self.last_contact_at = self._clock.now()
        self._ask_at = at if self._ask_again else at + self._poll_s
        if isinstance(answer, Signed):
            self._consider(answer)
        elif isinstance(answer, Unchanged):
            self._refused = None

    def _ask_failed(self, error: Exception, at: float) -> None:
        if isinstance(error, Revoked):
            log.warning("%s", error)
            self.is_revoked = True
            return
        self._failures += 1
        retry_after_s = error.retry_after_s if isinstance(error, UnreachableError) else None
        pause = min(delay_s(self._failures, self._jitter(), longest=LONGEST_PAUSE_S), max(self._poll_s, 1.0))
        self._ask_at = at + max(pause, min(retry_after_s or 0.0, 300.0))
        self._offline = self._no_cloud(error)
        log.warning("asking for the manifest: %s", error)

    def _consider(self, signed: Signed) -> None:
        try:
            self.manifests.take(signed.body, signed.signature, self._clock.now(), signed.etag)
        except TrustError as error:
            log.error("refused: %s", error)
            self._refused = Problem("VZ-113", f"The newest programme was refused: {error}. The one before plays on.")
        except OSError as error:
            self._storage_failed(error)
        else:
            self._refused = None
            self._fetch_at, self._fetch_failures = 0.0, 0
            self._not_before.clear()
            self._wrong.clear()
            self.replan()

    # Fetching
    def _fetch_next(self, at: float) -> None:
        missing = self._missing()
        if self._running is not None:
            untried = [file for file in missing if file.sha256 not in self._not_before]
            self._running.cancelled = self._running.file not in (untried[:1] or missing)
            return
        if not missing:
            self._blocked = None
            self._switch()
            return
        if at < self._fetch_at:
            return
        ready = [file for file in missing if self._not_before.get(file.sha256, 0.0) <= at]
        if ready and self._make_room(ready[0], at):
            self._start(ready[0])

    def _missing(self) -> list[File]:
        """What the newest manifest still lacks, soonest need first; what is damaged of it counts as lacking."""
        if self._order is None:
            self._order = self._plan()
        return [file for file in self._order if not self.store.has(file)]

    def _plan(self) -> tuple[File, ...]:
        manifest = self.manifests.wanted or self.manifests.current
        if manifest is None:
            return ()
        try:
            needed_at = self._needed_at(manifest, self._clock.now())
        except (VizoraError, ValueError, ArithmeticError) as error:  # a clock at the end of time, for one
            log.warning("no order of need: %s", error)
            needed_at = {}
        return soonest_first(manifest, needed_at)

    def _make_room(self, file: File, at: float) -> bool:
        keep = frozenset(files_of(self.manifests.current)) | frozenset(files_of(self.manifests.wanted))
        try:
            free = self._free_space()
            stored = self.store.stored()
            for sha256 in to_evict(stored, keep, cache_size=self._cache_size, incoming=file.size, free=free):
                log.info("evicting %s", sha256[:12])
                self.store.evict(sha256)
            free = self._free_space()
        except OSError as error:
            self._storage_failed(error)
            return False
        if not fits(file.size, free):
            self._blocked = problems.storage_full(file.size, free)
            self._fetch_at = at + STORAGE_PAUSE_S
            return False
        return True

    def _start(self, file: File) -> None:
        running = self._running = _Running(file)

        def work() -> Outcome:
            return fetch(
                file,
                self.store.folder,
                self._calls,
                self._clock,
                is_cancelled=lambda: running.cancelled,
                progressed=lambda have: setattr(running, "have", have),
            )

        self._downloading.submit(work, self._fetched)

    def _fetched(self, outcome: Outcome | Exception) -> None:
        assert self._running is not None
        file, self._running = self._running.file, None
        at = self._clock.monotonic()
        match outcome:
            case Fetched():
                self.store.add(file)
                self._fetch_failures, self._blocked, self._offline = 0, None, None
                self._wrong.pop(file.sha256, None)
            case Cancelled():
                pass
            case Broken(error):
                self._fetch_failures += 1
                self._fetch_at = at + delay_s(self._fetch_failures, self._jitter(), longest=LONGEST_PAUSE_S)
                self._offline = self._no_cloud(error)
                log.warning("fetching %s: %s", file.sha256[:12], error)
            case Wrong(reason):
                self._fetch_failures += 1
                self._not_before[file.sha256] = at + delay_s(self._fetch_failures, self._jitter(), longest=60.0)
                self._wrong[file.sha256] = Problem("VZ-113", f"{reason}. The programme before plays on.")
                log.error("%s", reason)
            case DiskFull():
                self._blocked = problems.storage_full(file.size, self._free_space_or_none())
                self._fetch_at = at + STORAGE_PAUSE_S
            case DiskFailed(error):
                self._storage_failed(error)
            case Exception():
                raise outcome

    def _switch(self) -> None:
        if self.manifests.wanted is None:
            return
        old = files_of(self.manifests.current)
        new = files_of(self.manifests.wanted)
        try:
            self.store.touch({**old, **new})
            self.manifests.switch()
            log.info("manifest %s plays", self.manifests.highest_version)
            self.store.sweep(frozenset(new))
            for sha256 in to_evict(
                self.store.stored(), frozenset(new), cache_size=self._cache_size, incoming=0, free=1
            ):
                self.store.evict(sha256)
        except OSError as error:
            self._storage_failed(error)
        self.replan()

    def _storage_failed(self, error: OSError) -> None:
        log.error("storage: %s", error)
        self._blocked = problems.storage_failing(error)
        self._ask_at = self._fetch_at = self._clock.monotonic() + STORAGE_PAUSE_S

    def _no_cloud(self, error: Exception) -> Problem:
        if isinstance(error, UnreachableError):
            return problems.unreachable(self._cloud_url, error)
        return Problem("VZ-107", f"The cloud can't be asked ({error}). Trying again.")

    def _free_space_or_none(self) -> int:
        try:
            return self._free_space()
        except OSError:
            return 0

    # What is told
    @property
    def state(self) -> CacheState:
        if self.is_revoked:
            return CacheState.REVOKED
        if self._blocked is not None or self._wrong:
            return CacheState.BLOCKED
        if self._offline is not None:
            return CacheState.OFFLINE
        if self._refused is not None:
            return CacheState.REFUSED
        return CacheState.FETCHING if self._running or self.manifests.wanted else CacheState.IDLE

    @property
    def problem(self) -> Problem | None:
        if self.is_revoked:
            return Problem("VZ-109", "This screen was removed from its organization. A new code follows.")
        return self._blocked or next(iter(self._wrong.values()), None) or self._offline or self._refused

    @property
    def wanted(self) -> Wanted | None:
        manifest = self.manifests.wanted
        if manifest is None:
            return None
        files = files_of(manifest)
        ready = [file for file in files.values() if self.store.has(file)]
        under_way = self._running.have if self._running and self._running.file.sha256 in files else 0
        return Wanted(
            version=manifest.version,
            assets=len(files),
            assets_ready=len(ready),
            bytes=sum(file.size for file in files.values()),
            bytes_ready=sum(file.size for file in ready) + under_way,
        )

    @property
    def is_busy(self) -> bool:
        return self._running is not None
