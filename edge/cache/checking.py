"""Looking at stored bytes again, slowly: a flipped bit is found before somebody sees it, and healed."""

import logging
from collections.abc import Callable, Iterable

from edge.cache.download import sha256_of
from edge.cache.store import AssetStore
from edge.cache.worker import Worker
from edge.clock import EPOCH, Clock

EVERY_S = 24 * 3600.0
"""Each asset is looked at about once a day."""
PAUSE_S = 20.0
"""Between two assets."""
BREATH_S = 0.05
"""After each megabyte: at most 20 MB/s, so nothing else is held up."""

log = logging.getLogger(__name__)


class Checking:
    """Lives in the loop's thread; hashing goes to a worker."""

    def __init__(
        self,
        *,
        store: AssetStore,
        worker: Worker,
        clock: Clock,
        damaged: Callable[[str], None],
        every_s: float = EVERY_S,
    ) -> None:
        self._store = store
        self._worker = worker
        self._clock = clock
        self._damaged = damaged
        self._every_s = every_s
        self._next_at = clock.monotonic() + PAUSE_S
        self._is_checking = False
        self._suspects: list[str] = []

    def suspect(self, sha256s: Iterable[str]) -> None:
        """Somebody could make nothing of these: they are looked at before their turn."""
        self._suspects = list(dict.fromkeys([*self._suspects, *sha256s]))

    def turn(self) -> None:
        at = self._clock.monotonic()
        if self._is_checking:
            return
        if self._suspects:
            self._check(self._suspects.pop())
            return
        if at < self._next_at:
            return
        self._next_at = at + PAUSE_S
        unix = (self._clock.now() - EPOCH).total_seconds()
        sha256 = self._store.longest_unverified(unix - self._every_s)
        if sha256 is not None:
            self._check(sha256)

    def _check(self, sha256: str) -> None:
        self._is_checking = True
        path = self._store.folder / sha256
        self._worker.submit(
            lambda: sha256_of(path, between=lambda _: self._clock.sleep(BREATH_S)),
            lambda found: self._checked(sha256, found),
        )

    def _checked(self, sha256: str, found: str | Exception) -> None:
        self._is_checking = False
        if found == sha256:
            self._store.verified(sha256)
        elif isinstance(found, FileNotFoundError):
            self._damaged(sha256)  # evicted meanwhile, or removed by somebody: looking again tells
        else:
            log.error("asset %s is damaged on the disk: set aside, fetching it anew", sha256[:12])
            self._store.set_aside(sha256)
            self._damaged(sha256)
