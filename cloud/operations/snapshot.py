"""A consistent picture of the whole database as one SQLite file, from either size of cloud, while it runs."""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select, text

from cloud.db import tables
from cloud.db.database import Database, open_sqlite
from vizora.errors import OperatorError

BATCH = 1000
LEAP = 1_000_000
"""Versions of a manifest: more than a screen sees between two backups."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can't write. Raises OperatorError when it is no database of ours."""
    if not path.is_file():
        raise OperatorError(f"there is no database {path}: is --data the folder of an embedded cloud?")
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            yield connection
    except sqlite3.DatabaseError as fault:
        raise OperatorError(f"the database {path} can't be read ({fault})") from fault


@contextmanager
def as_database(picture: Path) -> Iterator[Database]:
    """With its tables brought up to date."""
    database = open_sqlite(picture)
    try:
        yield database
    finally:
        database.close()


def take(source: Path, target: Path) -> None:
    """SQLite's own backup: one read transaction; who writes meanwhile is not held up."""
    with opened(source) as live, closing(sqlite3.connect(target)) as copy, writing():
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def writing() -> Iterator[None]:
    """Raises OSError where the disk is full: SQLite's own words would be taken for a fault of the live database."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from fault


def take_rows(source: Database, target: Path) -> None:
    """The same from PostgreSQL: every row of every table, seen in one transaction, into a new SQLite file."""
    copy = open_sqlite(target)
    try:
        with source.read() as reading, copy.write() as writing:
            if reading.dialect.name == "postgresql":
                reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            copy_rows(reading, writing)
    finally:
        copy.close()
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def put_rows(source: Path, target: Database) -> None:
    """All rows of a snapshot into an empty database, or none. Raises OperatorError when there is data in it."""
    origin = open_sqlite(source)
    try:
        with origin.read() as reading, target.write() as writing:
            if any(writing.execute(select(table).limit(1)).first() for table in tables.metadata.sorted_tables):
                raise OperatorError("the database that POSTGRES_URL names has data in it: restore into an empty one")
            copy_rows(reading, writing)
    finally:
        origin.close()


def copy_rows(source: Connection, target: Connection) -> None:
    for table in tables.metadata.sorted_tables:
        for rows in _batches(source, table):
            target.execute(insert(table), rows)


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = source.execution_options(stream_results=True).execute(select(table)).mappings()
    while rows := found.fetchmany(BATCH):
        yield [dict(row) for row in rows]


def files_named_by(path: Path) -> dict[str, str]:
    """File ids and their SHA-256, as a snapshot's rows name them."""
    with opened(path) as connection:
        return dict(connection.execute("SELECT id, sha256 FROM content_files").fetchall())


def names_of_files(path: Path, keys: Iterable[str]) -> dict[str, str]:
    """By key, as in `(video "Lobby" of acme-1a2b)`: what an operator can ask people for."""
    with opened(path) as connection:
        found = {
            key: connection.execute(
                "SELECT content.type, content.title, organizations.slug FROM content_files"
                " JOIN content ON content.id = content_files.content_id"
                " JOIN organizations ON organizations.id = content.organization_id WHERE content_files.id = ?",
                (key.split(".")[1],),
            ).fetchone()
            for key in keys
        }
    return {key: f'({row[0]} "{row[1]}" of {row[2]})' if row else "(of no content)" for key, row in found.items()}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The jobs in a picture of the database."""

    jobs: int = 0
    """That are not done yet; periodic ones are not counted."""
    oldest: datetime | None = None
    """When the oldest of them came about."""
    failing: int = 0
    """That failed at least once, and are tried again; periodic ones too."""
    given_up: int = 0


def jobs_in(path: Path) -> Waiting:
    with opened(path) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone() is None:
            return Waiting()  # of a version that had none
        row = connection.execute(
            "SELECT count(*) FILTER (WHERE given_up_at IS NULL AND subject <> ''),"
            " min(created_at) FILTER (WHERE given_up_at IS NULL AND subject <> ''),"
            " count(*) FILTER (WHERE given_up_at IS NULL AND fault IS NOT NULL),"
            " count(*) FILTER (WHERE given_up_at IS NOT NULL) FROM jobs"
        ).fetchone()
    oldest = row[1] and datetime.fromisoformat(row[1]).replace(tzinfo=UTC)
    return Waiting(row[0], oldest, row[2], row[3])


def step_of(path: Path) -> str:
    with opened(path) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def leap(path: Path) -> None:
    """Lets the next manifest of every screen be newer than any that was issued since the picture was taken: a screen
    never goes back, and would refuse what it takes for an older one."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE manifests SET version = version + ?, generation = 0, digest = ''", (LEAP,))
        connection.commit()


def faults_in(path: Path) -> list[str]:
    """What SQLite itself finds wrong: damaged pages, rows that point to nothing."""
    return damage_in(path) or loose_ends_in(path)


def damage_in(path: Path) -> list[str]:
    """Pages that are damaged: what else it says can't be believed."""
    with opened(path) as connection:
        return [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]


def loose_ends_in(path: Path) -> list[str]:
    """Rows that point to nothing."""
    with opened(path) as connection:
        rows = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
        return [f"{row[0]} row {row[1]} names a {row[2]} that is not there" for row in rows]


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
