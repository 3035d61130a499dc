"""The cache at work: one loop in one thread that owns both databases and decides; everything slow is elsewhere."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from edge import problems
from edge.cache.databases import Opened, move_aside, open_db
from edge.cache.pairing_session import Machine, PairingSession
from edge.cache.reporting import Reporter, ReportPace
from edge.cache.schema import cache_migrations, events_migrations
from edge.clock.readings import ClockReadings
from edge.files import write_at_once
from edge.identity import Credentials, at_cloud, read_credentials
from edge.status import CacheState, CacheStatus, Problem
from vizora.device_api import UpdateReport
from vizora.manifest.model import Manifest
from vizora.manifest.trust import is_stale

LOOK_S = 0.5
"""How long the loop waits for something to come in before it looks around by itself."""
STATUS_EVERY_S = 10.0
FAULT_PAUSE_S = 1.0
REOPEN_S = 60.0
NOTICE_S = 3600.0

log = logging.getLogger(__name__)


class CacheProcess:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._paths = machine.config.paths
        self._clock = machine.clock
        trust = ClockReadings(machine.clock, self._paths).trust
        self.reporter = Reporter(self._paths, lambda: self._status, trust, self._update)
        self._report_pace = ReportPace()
        self._session: PairingSession | None = None
        self._fault: Problem | None = None
        self._storage_problem: Problem | None = None
        """Of the last turn; gone when a turn went well."""
        self._status: CacheStatus | None = None
        self._written_at = float("-inf")
        self._open_databases()

    # One turn of the loop
    def turn(self) -> None:
        """What came in, then what is due. Never raises for what network, disk or databases may do."""
        self._fault = None
        call = self._machine.inbox.get(LOOK_S)
        while call is not None:
            self._guarded(call)
            call = self._machine.inbox.get(0)
        self._guarded(self._follow_databases)
        self._guarded(self._follow_credentials)
        if self._session is not None:
            self._guarded(self._session.turn)
        self._storage_problem = self._fault
        self._guarded(self._write_status)
        self._guarded(self._report_changes)

    def stop(self) -> None:
        self._close()

    def sync_now(self) -> bool:
        """Whether there is a pairing to sync with."""
        if self._session is not None:
            self._session.sync.ask_now()
            self._session.delivery.send_now()
        return self._session is not None

    def clear_cache(self) -> dict[str, Any]:
        """Removes what no manifest needs; the answer of `cache.sock`."""
        return self._session.clear_cache() if self._session else {"ok": False, "error": "this screen is not paired"}

    def status(self) -> CacheStatus:
        session = self._session
        now = self._clock.now()
        if session is None:
            return CacheStatus(at=now, state=CacheState.UNPAIRED, problem=self._problem(), disk_free=self._disk_free())
        sync, outbox = session.sync, session.delivery.outbox
        current = sync.manifests.current
        state = sync.state
        is_limited = self._storage_problem is not None or not self._events.is_durable
        if is_limited and state in (CacheState.IDLE, CacheState.FETCHING):
            state = CacheState.BLOCKED
        return CacheStatus(
            at=now,
            state=state,
            manifest_version=current.version if current else None,
            wanted=sync.wanted,
            last_contact_at=sync.last_contact_at,
            stale=current is not None and self._is_stale(session, current),
            problem=sync.problem or self._problem() or session.clock_keeping.problem,
            plays_waiting=outbox.waiting,
            plays_dropped=outbox.dropped,
            plays_refused=outbox.refused,
            disk_free=self._disk_free(),
            paired_at=session.credentials.paired_at,
        )

    def _update(self) -> UpdateReport | None:
        session = self._session
        return session.updating.report if session is not None else None

    # Parts of it
    def _follow_databases(self) -> None:
        """What had to be opened in memory is tried on the disk again now and then."""
        at = self._clock.monotonic()
        if not (self._events.is_durable and self._cache.is_durable) and at >= self._reopen_at:
            self._close()
            self._open_databases()

    def _follow_credentials(self) -> None:
        """Provision writes and removes them; a new pairing is a new session."""
        credentials = read_credentials(self._paths.credentials)
        if credentials is not None:
            credentials = at_cloud(credentials, self._machine.config.cloud_url)
        if credentials == (self._session.credentials if self._session else None):
            return
        if self._session is not None:
            self._session.close()
            self._session = None
        if credentials is not None:
            self._begin(credentials)

    def _begin(self, credentials: Credentials) -> None:
        log.info("working for %s at %s", credentials.device_id, credentials.cloud_url)
        self._session = PairingSession(self._machine, credentials, self._cache.db, self._events, self.reporter.report)
        self._session.open()

    def _is_stale(self, session: PairingSession, manifest: Manifest) -> bool:
        """Old, and nobody said lately that there is nothing newer."""
        contact = session.sync.last_contact_at
        allowed = timedelta(milliseconds=manifest.stale_after_ms)
        now = self._clock.now()
        return is_stale(manifest, now) and (contact is None or now - contact >= allowed)

    def _write_status(self) -> None:
        at = self._clock.monotonic()
        status = self.status()
        if at - self._written_at < STATUS_EVERY_S and self._status is not None and _same(self._status, status):
            return
        self._status, self._written_at = status, at
        self._paths.run.mkdir(parents=True, exist_ok=True)
        write_at_once(self._paths.cache_status, msgspec.json.encode(status))

    def _report_changes(self) -> None:
        """The cloud hears at once of what somebody there may be waiting for."""
        if self._session is None or not self._session.realtime.is_connected:
            return
        line, seen = self._session.realtime, self.reporter.glance()
        if self._report_pace.is_due(self.reporter.told, seen, self._clock.monotonic(), line.beat_s):
            line.report_now()

    def _disk_free(self) -> int | None:
        try:
            return self._machine.free_space(self._paths.cache)
        except OSError:
            return None

    # What may go wrong
    def _guarded(self, act: Callable[[], None]) -> None:
        """The one place where everything is caught: the screen's content must not depend on this loop's luck."""
        try:
            act()
        except sqlite3.DatabaseError as error:
            self._database_failed(error)
        except OSError as error:
            log.error("storage: %s", error)
            self._fault = problems.storage_failing(error)
            self._clock.sleep(FAULT_PAUSE_S)
        except Exception:
            log.exception("a fault of the cache's own; going on")
            self._clock.sleep(FAULT_PAUSE_S)

    def _database_failed(self, error: sqlite3.DatabaseError) -> None:
        """Full or unwritable: said, and tried again. Damaged: both begin anew, and what can be is fetched again."""
        log.error("database: %s", error)
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        self._fault = Problem("VZ-112", f"Storage can't be written ({error}); what is here plays on.")
        if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            self._close()
            self._set_damaged_aside()
            self._open_databases()
        self._clock.sleep(FAULT_PAUSE_S)

    def _set_damaged_aside(self) -> None:
        """The disposable one goes unseen; the other one is checked when it is opened, and goes if that finds damage."""
        try:
            if self._paths.cache_database.exists():
                move_aside(self._paths.cache_database)
        except OSError as error:
            log.error("storage: %s", error)

    def _open_databases(self) -> None:
        self._cache: Opened = open_db(self._paths.cache_database, cache_migrations, synchronous="NORMAL")
        self._events: Opened = open_db(self._paths.events_database, events_migrations, synchronous="FULL")
        self._reopen_at = self._clock.monotonic() + REOPEN_S
        self._notice_until = self._clock.monotonic() + NOTICE_S

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
        self._cache.db.close()
        self._events.db.close()

    def _problem(self) -> Problem | None:
        """Of the storage: what fails now, else what was found when the databases were opened, for a while."""
        found = self._events.problem or self._cache.problem
        is_recent = self._clock.monotonic() < self._notice_until or not self._events.is_durable
        return self._storage_problem or (found if is_recent else None)


def _same(old: CacheStatus, new: CacheStatus) -> bool:
    """Apart from what always changes a little."""
    return msgspec.structs.replace(new, at=old.at, disk_free=old.disk_free, last_contact_at=old.last_contact_at) == old
