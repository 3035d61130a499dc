"""From "the cloud has something new" to "it plays": ask, verify, fetch what is missing, switch when all is there."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from edge import problems
from edge.backoff import delay_s
from edge.cache.device_calls import Nothing, Revoked, Signed, Unchanged
from edge.cache.fetching import LONGEST_PAUSE_S, STORAGE_PAUSE_S, Fetching
from edge.cache.manifests import Manifests
from edge.cache.plan import File, files_of, soonest_first
from edge.cache.store import AssetStore
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.http import UnreachableError
from edge.status import CacheState, Problem, Wanted
from vizora.errors import TrustError, VizoraError
from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest

LONGEST_WISH_S = 300.0
"""How long a pause the cloud may ask for."""

log = logging.getLogger(__name__)


class ManifestCalls(Protocol):
    def manifest(self, etag: str | None) -> Signed | Unchanged | Nothing: ...


class Sync:
    """Lives in the loop's thread; the network is the workers'. `turn` is called often and never waits."""

    def __init__(
        self,
        *,
        manifests: Manifests,
        store: AssetStore,
        fetching: Fetching,
        calls: ManifestCalls,
        asking: Worker,
        clock: Clock,
        jitter: Callable[[], float],
        needed_at: Callable[[Manifest, datetime], Mapping[ContentId, datetime]],
        cloud_url: str,
        poll_s: float,
    ) -> None:
        self.manifests = manifests
        self.store = store
        self._fetching = fetching
        self._calls = calls
        self._asking = asking
        self._clock = clock
        self._jitter = jitter
        self._needed_at = needed_at
        self._cloud_url = cloud_url
        self._poll_s = poll_s
        self._ask_at = 0.0
        self._is_asking = False
        self._ask_again = False
        self._failures = 0
        self._order: tuple[File, ...] | None = None
        self._unreachable: Exception | None = None
        self._refused: Problem | None = None
        self._switch_at = 0.0
        self._storage: Problem | None = None
        """Why a manifest can't be stored."""
        self.last_contact_at: datetime | None = None
        self.is_revoked = False

    # What the loop calls
    def turn(self) -> None:
        if self._clock.monotonic() >= self._ask_at and not self._is_asking and not self.is_revoked:
            self._ask()
        missing = self._missing()
        self._fetching.turn(missing, frozenset(files_of(self.manifests.current)) | frozenset(self._wanted_files()))
        is_ready = not missing and self._fetching.running is None and self.manifests.wanted is not None
        if is_ready and self._clock.monotonic() >= self._switch_at:
            self._switch()

    def ask_now(self) -> None:
        """The cloud nudged, a line came up, or a person asked: everything that waits is due now."""
        self._ask_again = self._is_asking
        self._ask_at = 0.0
        self._fetching.retry_now()

    def take(self, signed: Signed) -> None:
        """The newest manifest, by whatever road it came.

        Raises TrustError: refused, nothing changed; OSError: it could not be stored.
        """
        self.manifests.take(signed, self._clock.now())
        self._refused = self._storage = None
        self._switch_at = 0.0
        self._fetching.retry_now()
        self.replan()

    def replan(self) -> None:
        """Something on the disk changed; the next `turn` looks again."""
        self._order = None

    def clear(self) -> tuple[int, int]:
        """Removes every file that neither what plays nor what comes next needs: how many, and their bytes.

        While nothing is known to play, everything may be: nothing goes. Raises OSError.
        """
        if self.manifests.current is None:
            return 0, 0
        keep = frozenset(files_of(self.manifests.current)) | frozenset(self._wanted_files())
        going = [file for file in self.store.stored() if file.sha256 not in keep]
        for file in going:
            self.store.evict(file.sha256)
        running = self._fetching.running
        self.store.sweep(keep | {running.file.sha256} if running else keep)
        return len(going), sum(file.size for file in going)

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
        self._failures, self._unreachable = 0, None
        self.last_contact_at = self._clock.now()
        self._ask_at = at if self._ask_again else at + self._poll_s
        if isinstance(answer, Signed):
            self._consider(answer)
        elif isinstance(answer, Unchanged):
            self._refused = None

    def _ask_failed(self, error: Exception, at: float) -> None:
        log.warning("asking for the manifest: %s", error)
        if isinstance(error, Revoked):
            self.is_revoked = True
            return
        self._failures += 1
        self._unreachable = error
        pause = min(delay_s(self._failures, self._jitter(), longest=LONGEST_PAUSE_S), max(self._poll_s, 1.0))
        wish = error.retry_after_s if isinstance(error, UnreachableError) else None
        self._ask_at = at + max(pause, min(wish or 0.0, LONGEST_WISH_S))

    def _consider(self, signed: Signed) -> None:
        try:
            self.take(signed)
        except TrustError as error:
            log.error("refused: %s", error)
            self._refused = Problem("VZ-113", f"The newest programme was refused: {error}. The one before plays on.")
        except OSError as error:
            self._storage_failed(error)

    # Switching
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

    def _switch(self) -> None:
        new = frozenset(self._wanted_files())
        try:
            self.store.touch(new | frozenset(files_of(self.manifests.current)))
            self.manifests.switch()
            log.info("manifest %s plays", self.manifests.highest_version)
            self.store.sweep(new)
            self._fetching.trim(new)
            self._storage = None
        except OSError as error:
            self._storage_failed(error)
        self.replan()

    def _storage_failed(self, error: OSError) -> None:
        log.error("storage: %s", error)
        self._storage = problems.storage_failing(error)
        self._ask_at = self._switch_at = self._clock.monotonic() + STORAGE_PAUSE_S

    def _wanted_files(self) -> dict[str, File]:
        return files_of(self.manifests.wanted)

    # What is told
    @property
    def state(self) -> CacheState:
        if self.is_revoked:
            return CacheState.REVOKED
        if self._storage is not None or self._fetching.problem is not None:
            return CacheState.BLOCKED
        if self._unreachable or self._fetching.unreachable:
            return CacheState.OFFLINE
        if self._refused is not None:
            return CacheState.REFUSED
        return CacheState.FETCHING if self._fetching.running or self.manifests.wanted else CacheState.IDLE

    @property
    def storage(self) -> Problem | None:
        """Why the disk takes no manifest or file."""
        return self._storage or self._fetching.storage

    @property
    def is_content_due(self) -> bool:
        """Something of a programme is missing, or coming: everything else waits."""
        return self.manifests.wanted is not None or self._fetching.running is not None or bool(self._missing())

    @property
    def problem(self) -> Problem | None:
        if self.is_revoked:
            return Problem("VZ-109", "This screen was removed from its organization. A new code follows.")
        return self._storage or self._fetching.problem or self._no_cloud() or self._refused

    @property
    def wanted(self) -> Wanted | None:
        manifest = self.manifests.wanted
        if manifest is None:
            return None
        files = self._wanted_files()
        ready = [file for file in files.values() if self.store.has(file)]
        running = self._fetching.running
        under_way = running.have if running and running.file.sha256 in files else 0
        return Wanted(
            version=manifest.version,
            assets=len(files),
            assets_ready=len(ready),
            bytes=sum(file.size for file in files.values()),
            bytes_ready=sum(file.size for file in ready) + under_way,
        )

    def _no_cloud(self) -> Problem | None:
        error = self._unreachable or self._fetching.unreachable
        if error is None:
            return None
        if isinstance(error, UnreachableError):
            return problems.unreachable(self._cloud_url, error)
        return Problem("VZ-107", f"The cloud can't be asked ({error}). Trying again.")
