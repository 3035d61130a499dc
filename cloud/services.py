"""What the cloud is made of at run time: one object, built by `create_app`, handed to every handler."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from cloud.accounts.authentication import Remembered
from cloud.accounts.passwords import Passwords
from cloud.accounts.revoking import topic_of
from cloud.accounts.tokens import Tokens
from cloud.clock import Clock
from cloud.config import CloudConfig
from cloud.data_folder import DataFolder
from cloud.db.database import Database, open_postgres, open_sqlite
from cloud.db.unit import Event, Told, Unit
from cloud.figures import Figures
from cloud.jobs.queue import Queue, redis_queue, sqlite_queue
from cloud.limits.rates import MemoryRates, Rates
from cloud.mail.outgoing import LoggedPost, Post, QueuedPost
from cloud.realtime.hub import Hub
from cloud.realtime.presence import LocalPresence, Presence
from cloud.realtime.relay import LocalRelay, Relay
from cloud.secret_files import SecretFiles
from cloud.shares import Shares
from vizora.identifiers import DeviceId, OrganizationId

T = TypeVar("T")
P = TypeVar("P")
THREADS = 8
WAITING_THREADS = 8
"""For what waits for other servers: the file store, mail, payments."""
SENDING_THREADS = 32
SENT_AT_ONCE = 8
"""For reading what is sent, piece by piece; and of one organization, whose files may lie where the store hangs."""
THINKING_THREADS = 2
"""For what computes for long: of them all, one at a time has the interpreter."""
LONG_THREADS = 3
"""For long questions. Each holds a connection to the database, and of those SQLite's readers are four."""


class Cloud:
    """The parts of one running cloud. Raises OperatorError when the data folder or the database can't be used."""

    def __init__(
        self, config: CloudConfig, clock: Clock, passwords: Passwords | None = None, *, shared_folder: bool = False
    ) -> None:
        """`shared_folder`: the data folder may be a running server's, which has the same PostgreSQL."""
        self.config = config
        self.clock = clock
        self.figures = Figures()
        self._folder = DataFolder(config.data_dir, shared=shared_folder)
        self.secrets = SecretFiles(config.data_dir)
        self.user_tokens = Tokens(
            config.jwt_secret or self.secrets.text("jwt-secret"), kind="vz-user+jwt", audience="vizora-api"
        )
        self.device_secret = config.device_jwt_secret or self.secrets.text("device-jwt-secret")
        """Also what is sealed in the database is sealed with it (`cloud.sealing`)."""
        self.device_tokens = Tokens(self.device_secret, kind="vz-device+jwt", audience="vizora-device")
        self.database: Database = (
            open_sqlite(config.data_dir / "vizora.db")
            if config.postgres_url is None
            else open_postgres(config.postgres_url)
        )
        self.passwords = passwords or Passwords()
        self.post: Post = LoggedPost() if config.smtp is None else QueuedPost(self.device_secret)
        self.queue: Queue = sqlite_queue(config.data_dir) if config.redis_url is None else redis_queue(config.redis_url)
        self.hub = Hub()
        self.relay, self.presence = _between_processes(config, clock)
        self.remembered = Remembered()
        self.rates = _rates(config, clock)
        self.after_commit = self.relay.listeners
        """Called on the loop with what each committed unit of work has to tell, in whatever process it was."""
        self.after_commit.append(self._tell)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")
        self._waiting = ThreadPoolExecutor(WAITING_THREADS, thread_name_prefix="waiting")
        self._sending = ThreadPoolExecutor(SENDING_THREADS, thread_name_prefix="sending")
        self._sending_shares = Shares(SENT_AT_ONCE)
        self._thinking = ThreadPoolExecutor(THINKING_THREADS, thread_name_prefix="thinking")
        self._thinking_shares = Shares(1)
        self._long = ThreadPoolExecutor(LONG_THREADS, thread_name_prefix="long")
        self._parts: dict[type, object] = {}

    # --- parts that rooms bring along
    def add(self, part: object) -> None:
        """A room's own adapter, as in `cloud.add(LocalStorage(...))`; handlers get it by its type."""
        self._parts[type(part)] = part

    def part(self, kind: type[P]) -> P:
        part = self._parts[kind]
        assert isinstance(part, kind)
        return part

    # --- the database, from the loop
    async def read(
        self, work: Callable[[Unit], T], organization_id: OrganizationId | None = None, *, long: bool = False
    ) -> T:
        """`long`: it may take its time, or ask another server. Then only its like waits for it."""

        def transact() -> T:
            with self.database.read() as connection:
                return work(Unit(connection, self.clock.now(), organization_id))

        return await self._run(self._long if long else self._threads, transact)

    async def write(self, work: Callable[[Unit], T], organization_id: OrganizationId | None = None) -> T:
        """Runs `work` in one transaction. After its commit the rest of the cloud is told, even if the caller left."""
        loop = asyncio.get_running_loop()

        def transact() -> T:
            with self.database.write(organization_id) as connection:
                unit = Unit(connection, self.clock.now(), organization_id)
                result = work(unit)
            if unit.told.jobs:
                self.queue.hint()
            loop.call_soon_threadsafe(self.relay.send, unit.told)
            return result

        return await self.in_thread(transact)

    def in_thread(self, work: Callable[[], T]) -> Awaitable[T]:
        """Short work on this machine. What asks another server goes `outside`: it may be away, and the database not."""
        return self._run(self._threads, work)

    def outside(self, work: Callable[[], T]) -> Awaitable[T]:
        """Work that waits for another server: while that hangs, everything that needs none goes on."""
        return self._run(self._waiting, work)

    async def fetch(self, work: Callable[[], T], organization_id: OrganizationId) -> T:
        """A piece of a stored file that is sent to somebody: while the store hangs at it, others' files go on."""
        async with self._sending_shares.of(organization_id):
            return await self._run(self._sending, work)

    async def think(self, work: Callable[[], T], organization_id: OrganizationId) -> T:
        """What computes for long, as what a screen will show in a month. One at a time of an organization, and nothing
        that asks the database waits for it."""
        async with self._thinking_shares.of(organization_id):
            return await self._run(self._thinking, work)

    def _run(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work)

    # --- telling
    def tell(self, organization_id: OrganizationId, type: str, data: Mapping[str, Any]) -> None:  # noqa: A002
        """An event for an organization's people that no unit of work brought about, to whatever process they listen."""
        if not self.relay.alone or self.hub.listens(organization_id):
            self.relay.send(Told(events=[Event(organization_id, type, data)]))

    def _tell(self, told: Told) -> None:
        for id_ in (*told.revoked_users, *told.revoked_devices):
            self.remembered.forget(id_)
        for user_id in told.revoked_users:
            self.hub.wake(topic_of(user_id))
        for device_id in told.revoked_devices:
            self.hub.to_device(DeviceId(device_id), "revoked", {})
            self.hub.close_device(DeviceId(device_id), "revoked")
        for organization_id in told.organizations:
            self.hub.to_organization(organization_id, "plan:changed", {})
        for event in told.events:
            if (seconds := event.data.get("afterMs")) is not None:
                self.figures.observe(
                    "vizora_publish_seconds", "From publishing to a screen's glass, a screen each.", seconds / 1000
                )
            self.hub.to_organization(event.organization_id, event.type, event.data)
        for topic in told.topics:
            self.hub.wake(topic)

    def close(self) -> None:
        for threads in (self._sending, self._thinking, self._long, self._waiting, self._threads):
            threads.shutdown(wait=True)
        self.passwords.close()
        self.database.close()
        self._folder.close()


def _rates(config: CloudConfig, clock: Clock) -> Rates:
    if config.redis_url is None:
        return MemoryRates()
    from cloud.limits.redis_rates import RedisRates  # here: the embedded size starts without it

    return RedisRates(config.redis_url, clock.monotonic)


def _between_processes(config: CloudConfig, clock: Clock) -> tuple[Relay, Presence]:
    """What the processes of one cloud share beside the database. Raises OperatorError when Redis does not answer."""
    if config.redis_url is None:
        return LocalRelay(), LocalPresence(clock.monotonic, silence_s=config.silence_s)
    from cloud.realtime.redis_presence import RedisPresence  # here: the embedded size starts without them
    from cloud.realtime.redis_relay import RedisRelay, check

    check(config.redis_url)
    relay = RedisRelay(config.redis_url)
    presence = RedisPresence(config.redis_url, clock.monotonic, silence_s=config.silence_s)
    relay.listeners.append(lambda told: presence.tell_all_again() if told.missed else None)
    return relay, presence
