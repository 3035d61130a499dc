"""Updates of the system: asked for, fetched behind everything else, and handed to who may install them.

The cloud says when: it knows the screen's turn and its maintenance window. So it is asked again when the file is whole,
and only an offer that still stands is handed over. Installing is not this process's to do: a unit of the image's runs
as root, and RAUC there takes only what the image's signer signed.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from edge.backoff import delay_s
from edge.cache.download import (
    Broken,
    Cancelled,
    DiskFailed,
    DiskFull,
    Fetched,
    Outcome,
    Wrong,
    fetch,
    part_path,
    remove_whatever,
)
from edge.cache.facts import Facts
from edge.cache.fetching import Running
from edge.cache.plan import File
from edge.cache.update_rules import Past, Traces, known_now, may_ask, obstacle
from edge.cache.worker import Worker
from edge.clock import Clock
from edge.files import sync_folder, write_at_once
from edge.http import BodyStream
from edge.paths import DevicePaths
from edge.status import UpdateStatus, read_status
from vizora.device_api import Attempt, UpdateOffer, UpdateReport
from vizora.device_api import Outcome as Became

FACT = "update"
ASK_EVERY_S = 900.0
ASKED_S = 3600.0
"""How long a person's word holds that it should be now."""
LONGEST_PAUSE_S = 300.0
WRONG_PAUSE_S = 21_600.0
"""After wrong bytes: an update is large, and what is broken won't be mended within the hour."""
NO_SLOTS = "This screen can't update itself: it was not made by `vizora image build`."

log = logging.getLogger(__name__)


class UpdateCalls(Protocol):
    def update(self, *, asked: bool) -> UpdateOffer | None: ...

    def bundle(self, sha256: str, headers: dict[str, str]) -> AbstractContextManager[BodyStream]: ...


class _Bundles:
    """Updates as `fetch` wants its files."""

    def __init__(self, calls: UpdateCalls) -> None:
        self.asset = calls.bundle


class Updating:
    """Lives in the loop's thread; the network is the workers'. It shares the downloads' worker with content."""

    def __init__(
        self,
        *,
        paths: DevicePaths,
        facts: Facts,
        calls: UpdateCalls,
        asking: Worker,
        downloading: Worker,
        clock: Clock,
        jitter: Callable[[], float],
        free_space: Callable[[], int],
        is_content_due: Callable[[], bool],
        lacks_room: Callable[[], bool],
    ) -> None:
        """`is_content_due`: files of a programme are missing or coming; `lacks_room`: storage keeps them from it."""
        self._paths = paths
        self._facts = facts
        self._calls = calls
        self._asking = asking
        self._downloading = downloading
        self._clock = clock
        self._jitter = jitter
        self._free_space = free_space
        self._is_content_due = is_content_due
        self._lacks_room = lacks_room
        self._past = facts.get(FACT, Past) or Past()
        self._ask_at = clock.monotonic() + jitter() * ASK_EVERY_S  # a fleet that starts together asks one by one
        self._is_asking = False
        self._asked_until = float("-inf")
        self._failures = 0
        self._running: Running | None = None
        self._doing = ""
        self.report: UpdateReport | None = None
        """What a heartbeat says of it; replaced whole, so that another thread may read it."""

    # What the loop calls
    def turn(self) -> None:
        """Raises OSError and sqlite3.Error."""
        status = read_status(self._paths.update_status, UpdateStatus)
        self._follow(status)
        if self._running is not None and self._is_content_due():
            self._running.cancelled = True
        if self._running is None and self._lacks_room():
            self._give_way()
        if not self._is_asking and self._clock.monotonic() >= self._ask_at and may_ask(self._past, status):
            self._ask()
        self.report = None if status is None else self._told(status)

    def now(self) -> dict[str, object]:
        """Somebody wants it now: the answer to the command `update`."""
        status = read_status(self._paths.update_status, UpdateStatus)
        if status is None:
            return {"ok": False, "error": NO_SLOTS}
        if not may_ask(self._past, status):
            return {"ok": False, "error": f"An update is under way; version {status.version} is {status.state}."}
        self._asked_until = self._clock.monotonic() + ASKED_S
        self._ask_at = 0.0
        return {"ok": True, "version": status.version}

    # What became of the last one
    def _follow(self, status: UpdateStatus | None) -> None:
        attempt = self._past.attempt
        if attempt is None or attempt.outcome is not Became.TAKEN:
            return
        known = known_now(attempt, status, self._traces())
        if known != attempt:
            log.info("update %s: %s %s", known.version, known.outcome, known.why)
            self._remember(known)

    def _traces(self) -> Traces:
        begun = self._paths.update_ready.exists() or self._paths.update_begun.exists()
        try:
            refused = self._paths.update_refused.read_text(errors="replace").strip()[:300] or "refused"
        except OSError:
            refused = None
        return Traces(begun, refused, any(self._paths.updates.glob("*.raucb")))

    def _remember(self, attempt: Attempt) -> None:
        past = self._past.having(attempt)
        self._facts.put(FACT, past)
        self._past = past

    # Asking
    def _ask(self) -> None:
        self._is_asking = True
        asked = self._clock.monotonic() < self._asked_until
        self._ask_at = self._clock.monotonic() + ASK_EVERY_S
        self._asking.submit(lambda: self._calls.update(asked=asked), self._answered)

    def _answered(self, offer: UpdateOffer | Exception | None) -> None:
        self._is_asking = False
        if isinstance(offer, Exception):
            log.warning("asking for an update: %s", offer)
        elif offer is None:
            self._doing, self._asked_until = "", float("-inf")
            self._stop()
        elif self._running is None:
            self._consider(offer)
        elif self._running.file.sha256 != offer.sha256:
            self._stop()

    def _stop(self) -> None:
        """What was fetched stays for another night."""
        if self._running is not None:
            self._running.cancelled = True

    def _consider(self, offer: UpdateOffer) -> None:
        self._clear_others(offer)
        have = _size(self._paths.bundle(offer.sha256)) or _size(part_path(self._paths.updates, offer.sha256))
        due = self._is_content_due()
        self._doing = obstacle(offer, self._past, have=have, free=self._free_space(), is_content_due=due)
        if self._doing:
            log.info("update %s waits: %s", offer.version, self._doing)
            self._ask_at = self._clock.monotonic() + LONGEST_PAUSE_S
        elif self._paths.bundle(offer.sha256).exists():
            self._hand_over(offer)
        else:
            self._fetch(offer)

    def _clear_others(self, offer: UpdateOffer) -> None:
        self._paths.updates.mkdir(parents=True, exist_ok=True)
        for path in self._paths.updates.iterdir():
            if not path.name.startswith(offer.sha256):
                remove_whatever(path)

    def _give_way(self) -> None:
        """What was fetched goes when content needs its room, unless it is being installed."""
        if self._past.attempt is None or self._past.attempt.outcome is not Became.TAKEN:
            for path in self._paths.updates.glob("*"):
                remove_whatever(path)

    # Fetching
    def _fetch(self, offer: UpdateOffer) -> None:
        running = self._running = Running(File(offer.sha256, offer.size))
        self._doing = f"fetching version {offer.version}"

        def work() -> Outcome:
            return fetch(
                running.file,
                self._paths.updates,
                _Bundles(self._calls),
                self._clock,
                is_cancelled=lambda: running.cancelled,
            )

        self._downloading.submit(work, self._ended)

    def _ended(self, outcome: Outcome | Exception) -> None:
        assert self._running is not None
        file, self._running = self._running.file, None
        self._doing, failures, self._failures = "", self._failures + 1, 0
        match outcome:
            case Fetched():
                (self._paths.updates / file.sha256).rename(self._paths.bundle(file.sha256))
                sync_folder(self._paths.updates)
                self._ask_at = 0.0
            case Cancelled():
                self._ask_at = self._clock.monotonic() + LONGEST_PAUSE_S
            case Broken(error):
                self._failures = failures
                self._ask_at = self._clock.monotonic() + delay_s(failures, self._jitter(), longest=LONGEST_PAUSE_S)
                self._doing = f"the line failed: {error}"
            case Wrong():
                self._doing = "what came was not the update"
                self._ask_at = self._clock.monotonic() + WRONG_PAUSE_S
            case DiskFull():
                self._doing = "the storage is full"
                part_path(self._paths.updates, file.sha256).unlink(missing_ok=True)
            case DiskFailed(error):
                self._doing = f"the storage can't be written ({error.strerror or error})"
            case Exception():
                raise outcome
        if self._doing:
            log.warning("update: %s", self._doing)

    # Handing over
    def _hand_over(self, offer: UpdateOffer) -> None:
        """From the moment it is remembered it counts as tried, unless the file is still there after a restart."""
        log.info("update %s is handed over", offer.version)
        self._paths.update_begun.unlink(missing_ok=True)
        self._remember(Attempt(offer.version, Became.TAKEN))
        write_at_once(self._paths.update_ready, b"")

    def _told(self, status: UpdateStatus) -> UpdateReport:
        return UpdateReport(
            board=status.board,
            version=status.version,
            slot=status.slot,
            state=status.state,
            fell_back=status.fell_back,
            doing=self._doing,
            attempt=self._past.attempt,
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
