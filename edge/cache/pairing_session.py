"""Everything that belongs to one pairing, built from its credentials; another pairing builds another one."""

import logging
import os
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from edge.cache.checking import Checking
from edge.cache.clock_keeping import ClockKeeping
from edge.cache.commands import Commands
from edge.cache.databases import Opened
from edge.cache.delivery import SYNCS_A_TAKE, Delivery
from edge.cache.device_calls import DeviceCalls
from edge.cache.facts import Facts
from edge.cache.fetching import Fetching
from edge.cache.importing import Importing
from edge.cache.manifests import Manifests
from edge.cache.need import needed_at
from edge.cache.outbox import Outbox
from edge.cache.plan import files_of
from edge.cache.realtime import Listener, Realtime
from edge.cache.recent_log import RecentLog
from edge.cache.store import AssetStore
from edge.cache.sync import Sync
from edge.cache.token import Token
from edge.cache.updating import Updating
from edge.cache.worker import Inbox, Worker, WorkerThread
from edge.clock import Clock
from edge.config import DeviceConfig
from edge.identity import Credentials
from edge.status import CacheState, PlayerStatus, read_status
from vizora.identifiers import ContentId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workers:
    """Each waits for its own far side alone: a player that hangs must not hold up an emergency's manifest."""

    asking: Worker
    sending: Worker
    downloading: Worker
    checking: Worker
    commanding: Worker

    @classmethod
    def in_threads(cls, inbox: Inbox) -> "Workers":
        return cls(*(WorkerThread(one.name, inbox) for one in fields(cls)))


@dataclass(frozen=True, slots=True)
class Machine:
    """What a session is given and doesn't own."""

    config: DeviceConfig
    clock: Clock
    jitter: Callable[[], float]
    free_space: Callable[[Path], int]
    inbox: Inbox
    workers: Workers
    recent_log: RecentLog = field(default_factory=RecentLog)

    @classmethod
    def here(cls, config: DeviceConfig, clock: Clock, inbox: Inbox, recent_log: RecentLog | None = None) -> "Machine":
        """This one: threads that work, chance, and its own disk."""
        workers = Workers.in_threads(inbox)
        return cls(config, clock, random.random, free_bytes, inbox, workers, recent_log or RecentLog())


class PairingSession:
    """Lives in the loop's thread, apart from its realtime line."""

    def __init__(
        self,
        machine: Machine,
        credentials: Credentials,
        cache_db: Database,
        events: Opened,
        report: Callable[[], dict[str, Any]],
    ) -> None:
        self.credentials = credentials
        paths = machine.config.paths
        self._clock = machine.clock
        self._workers = machine.workers
        facts = Facts(events.db)
        token = self._token = Token(facts, credentials)
        calls = self._calls = DeviceCalls(credentials.cloud_url, lambda: token.value)
        outbox = Outbox(events.db, paths.plays, may_remove=events.is_durable)
        outbox.drop_others(credentials.device_id)
        self.clock_keeping = ClockKeeping(paths.clock_floor, paths.clock_confirmation)
        store = AssetStore(cache_db, paths.assets, machine.clock)
        fetching = Fetching(
            store=store,
            source=calls,
            worker=machine.workers.downloading,
            clock=machine.clock,
            jitter=machine.jitter,
            free_space=lambda: machine.free_space(paths.assets),
            cache_size=credentials.config.cache_size,
        )
        self.sync = Sync(
            manifests=Manifests(facts, paths.current_manifest, credentials),
            store=store,
            fetching=fetching,
            calls=calls,
            asking=machine.workers.asking,
            clock=machine.clock,
            jitter=machine.jitter,
            needed_at=needed_at,
            cloud_url=credentials.cloud_url,
            poll_s=machine.config.poll_ms / 1000,
        )
        self.importing = Importing(
            sync=self.sync,
            fetching=fetching,
            device_id=credentials.device_id,
            reading=machine.workers.checking,
            clock=machine.clock,
            free_space=lambda: machine.free_space(paths.assets),
        )
        self.delivery = Delivery(
            outbox=outbox,
            calls=calls,
            sending=machine.workers.sending,
            clock=machine.clock,
            jitter=machine.jitter,
            player=lambda: read_status(paths.player_status, PlayerStatus),
            device_id=credentials.device_id,
            every_s=SYNCS_A_TAKE * machine.config.plays_sync_ms / 1000,
        )
        self.checking = Checking(
            store=self.sync.store,
            worker=machine.workers.checking,
            clock=machine.clock,
            damaged=lambda _: self.sync.replan(),
        )
        self.realtime = Realtime(
            url=credentials.socket_url,
            token=lambda: token.value,
            inbox=machine.inbox,
            listener=Listener(self._connected, self.sync.ask_now, self._commanded, self._told_time),
            report=report,
            clock=machine.clock,
            jitter=machine.jitter,
            beat_s=credentials.config.heartbeat_interval / 1000,
        )
        self._commands = Commands(
            paths=paths,
            clock=machine.clock,
            calls=calls,
            worker=machine.workers.commanding,
            sync_now=self.sync.ask_now,
            clear_cache=self.clear_cache,
            update_now=lambda: self.updating.now(),
            log_lines=machine.recent_log.lines,
            report=lambda told: self.realtime.send("command:result", told),
        )
        self.updating = Updating(
            paths=paths,
            facts=facts,
            calls=calls,
            asking=machine.workers.asking,
            downloading=machine.workers.downloading,
            clock=machine.clock,
            jitter=machine.jitter,
            free_space=lambda: machine.free_space(paths.updates),
            is_content_due=lambda: self.sync.is_content_due,
            lacks_room=lambda: self.sync.state is CacheState.BLOCKED,
        )
        self._is_closed = False

    def open(self) -> None:
        """Starts the realtime line and clears out what no manifest needs."""
        manifests = self.sync.manifests
        keep = frozenset(files_of(manifests.current)) | frozenset(files_of(manifests.wanted))
        try:
            self.sync.store.sweep(keep)
        except OSError as error:
            log.error("storage: %s", error)
        self.realtime.start()

    def close(self) -> None:
        self._is_closed = True
        self.delivery.close()
        self.realtime.stop()

    def turn(self) -> None:
        """Raises OSError and sqlite3.Error."""
        self.sync.turn()
        self.importing.turn()
        if not self.sync.is_revoked:
            self.delivery.turn()
            self.updating.turn()
        self.checking.turn()
        self._token.turn(
            self._calls,
            self._workers.asking,
            self._clock,
            is_clock_confirmed=lambda: self.clock_keeping.is_confirmed,
        )

    def doubt(self, contents: Iterable[str], *, manifest: bool) -> None:
        """The player can't use these contents, or the manifest: what is damaged of it is mended. Raises OSError."""
        current = self.sync.manifests.current
        if current is None:
            return
        self.checking.suspect(
            asset.sha256 for content in contents if (asset := current.assets.get(ContentId(content))) and asset.sha256
        )
        if manifest and self.sync.manifests.mend():
            self.sync.replan()

    def _connected(self) -> None:
        self.sync.ask_now()
        self.delivery.send_now()

    def _commanded(self, command: dict[str, Any]) -> None:
        if not self._is_closed:
            self._commands.take(command)

    def clear_cache(self) -> dict[str, Any]:
        try:
            files, size = self.sync.clear()
        except OSError as error:
            return {"ok": False, "error": f"the storage can't be written ({error.strerror or error})"}
        return {"ok": True, "files": files, "bytes": size}

    def _told_time(self, server_time: datetime, now: datetime, monotonic: float) -> None:
        if not self._is_closed:
            self.clock_keeping.told(server_time, now, monotonic)


def free_bytes(folder: Path) -> int:
    """What an ordinary user may still write in `folder`, or where it will be made. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    usage = os.statvfs(folder)
    return usage.f_bavail * usage.f_frsize
