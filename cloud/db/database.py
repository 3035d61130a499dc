"""The database behind one door: SQLite in a file (embedded) or PostgreSQL by its address.

SQLite before 3.51.3 can corrupt a WAL when two connections write or checkpoint. So exactly one connection does; the
others may only read. PostgreSQL uses one pool for both.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import Pool, QueuePool

from cloud.db.migrate import upgrade
from vizora.errors import OperatorError

READERS = 4


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_JSON: dict[str, Any] = {"json_serializer": _json, "json_deserializer": msgspec.json.decode}
"""Ten times as quick as Python's own: each heartbeat is kept."""
BUSY_MS = 20_000
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How libpq finds out that a PostgreSQL server is gone that said no goodbye (seconds; the last in ms). What the address
says of them itself goes before."""


@dataclass(frozen=True, slots=True)
class Connections:
    in_use: int
    most: int


class Database:
    """Raises OperatorError on opening when the file or the server can't be used."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: one consistent picture."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self, organization_id: str | None = None) -> Iterator[Connection]:
        """A transaction that may write; committed means synced to the disk.

        On SQLite they run one after another. So do an organization's on PostgreSQL, whatever process they come from:
        what a handler checked (a quota, the last admin, a manifest's version) still holds when it writes.
        """
        with self._writer.begin() as connection:
            if organization_id is not None and connection.dialect.name == "postgresql":
                key = func.hashtextextended(f"organization:{organization_id}", 0)
                connection.execute(select(func.pg_advisory_xact_lock(key)))
            yield connection

    def migrate(self) -> None:
        """Brings the tables up to this version; the data stays. Of several processes that start, one at a time."""
        with self._writer.connect() as connection, _alone(connection):
            upgrade(connection)

    def check(self) -> None:
        """Raises SQLAlchemyError when the database does not answer."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def connections(self) -> "Connections":
        """The writer's and the readers' together, where they have pools of their own."""
        pools = {engine.pool: None for engine in (self._writer, self._reader)}
        return Connections(sum(_in_use(pool) for pool in pools), sum(_most(pool) for pool in pools))

    def close(self) -> None:
        """Readers first, so that the writer is the one that checkpoints on its way out."""
        self._reader.dispose()
        self._writer.dispose()


def _in_use(pool: Pool) -> int:
    return pool.checkedout() if isinstance(pool, QueuePool) else 0


def _most(pool: Pool) -> int:
    return pool.size() + max(0, pool._max_overflow) if isinstance(pool, QueuePool) else 0


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """SQLite needs nothing: its data folder belongs to one process."""
    if connection.dialect.name != "postgresql":
        yield
        return
    key = func.hashtextextended("vizora migrations", 0)
    connection.execute(select(func.pg_advisory_lock(key)))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(select(func.pg_advisory_unlock(key)))
        connection.commit()


def open_sqlite(path: Path) -> Database:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        database = Database(_sqlite_engine(path, writes=True), _sqlite_engine(path, writes=False))
        database.migrate()
    except OSError as fault:
        raise OperatorError(
            f"the database {path} can't be opened ({fault.strerror}): make its folder writable"
        ) from fault
    except DatabaseError as fault:
        raise OperatorError(
            f"the database {path} can't be used ({fault.orig}): is its disk full or read-only, is it a Vizora database?"
        ) from fault
    return database


def open_postgres(url: str) -> Database:
    """`url` as in `postgresql://user:password@host/database`. The tables are brought up to date."""
    import psycopg  # here: the embedded size starts without it

    query = parse_qs(urlsplit(url).query)
    patience: dict[str, Any] = {name: value for name, value in PATIENCE.items() if name not in query}

    def connect() -> psycopg.Connection[Any]:
        """libpq reads the address: SQLAlchemy would not know one with several servers."""
        return psycopg.connect(url, **patience)

    engine = create_engine(
        "postgresql+psycopg://", creator=connect, pool_size=8, max_overflow=4, pool_pre_ping=True, **_JSON
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    database = Database(engine, reader)
    try:
        database.migrate()
    except DatabaseError as fault:
        raise OperatorError(f"POSTGRES_URL: the server can't be used ({fault.orig})") from fault
    return database


def _sqlite_engine(path: Path, *, writes: bool) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        pool_size=1 if writes else READERS,
        max_overflow=0,
        pool_timeout=BUSY_MS / 1000,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
        **_JSON,
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    def set_up(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a consistent read
        for pragma in _pragmas(writes=writes):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows A to Z alone

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", start)
    return engine


def _lower(text: Any) -> Any:
    """As PostgreSQL's, so that searching for `über` finds `Über` on both."""
    return text.lower() if isinstance(text, str) else text


def _pragmas(*, writes: bool) -> tuple[str, ...]:
    common = (f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "temp_store = MEMORY", "cache_size = -8000")
    if writes:
        return ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 1000", *common)
    return (*common, "wal_autocheckpoint = 0", "query_only = ON")
