"""The cache's two databases. One process, one thread, one connection each: that is what makes them safe.

`cache.db` may vanish any time (WAL, NORMAL: fast). `events.db` holds what can't be fetched again (WAL, FULL: a commit
that returned survives a power cut). A damaged file is moved aside, reported, and a new one begun.
"""

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database, Migrations

from edge.files import sync_folder
from edge.status import Problem

log = logging.getLogger(__name__)

PRAGMAS = {"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "5000", "temp_store": "2"}
SYNCHRONOUS = {"NORMAL": 1, "FULL": 2}


@dataclass(frozen=True, slots=True)
class Opened:
    db: Database
    is_durable: bool
    """False: the folder can't be written, so this lives in memory until the next start."""
    problem: Problem | None = None


def open_db(path: Path, migrations: Migrations, *, synchronous: str) -> Opened:
    """The database at `path` with every pragma set and its schema up to date.

    Damaged: moved aside as `<name>.corrupt.<n>` and begun anew. Not writable: in memory. Never raises for either.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(path.parent.parent)  # a folder that a power cut takes back would take the plays with it
        return Opened(_ready(path, migrations, synchronous), is_durable=True)
    except sqlite3.OperationalError as error:
        if path.is_file() and not _is_damage(error):
            return _in_memory(path, migrations, error)
    except sqlite3.DatabaseError as error:
        log.error("%s is damaged: %s", path, error)
    except OSError as error:
        return _in_memory(path, migrations, error)
    try:
        aside = move_aside(path)
        problem = Problem("VZ-112", f"{path.name} was damaged; it was set aside as {aside.name} and begun anew.")
        return Opened(_ready(path, migrations, synchronous), is_durable=True, problem=problem)
    except (sqlite3.DatabaseError, OSError) as error:
        return _in_memory(path, migrations, error)


def move_aside(path: Path) -> Path:
    """Renames the database, and its journal files with it, to the first free `<name>.corrupt.<n>`."""
    number = next(n for n in range(1, 10_000) if not path.with_name(f"{path.name}.corrupt.{n}").exists())
    aside = path.with_name(f"{path.name}.corrupt.{number}")
    for suffix in ("-wal", "-shm", ""):
        old = path.with_name(path.name + suffix)
        if old.exists() or old.is_symlink():
            old.rename(aside.with_name(aside.name + suffix))
    sync_folder(path.parent)
    return aside


def _ready(path: Path, migrations: Migrations, synchronous: str) -> Database:
    connection = sqlite3.connect(path, timeout=5.0)
    try:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        db = Database(connection)
        migrations.apply(db)
        sync_folder(path.parent)  # SQLite does so for a new -wal, but takes no notice when the disk refuses
    except BaseException:
        connection.close()
        raise
    return db


def _in_memory(path: Path, migrations: Migrations, error: Exception) -> Opened:
    log.error("%s can't be used (%s): working in memory", path, error)
    db = Database(memory=True)
    migrations.apply(db)
    problem = Problem("VZ-112", f"Storage can't be written ({error}); what is here plays on.")
    return Opened(db, is_durable=False, problem=problem)


def _is_damage(error: sqlite3.Error) -> bool:
    """Some damage comes as OperationalError, such as a schema that can't be read."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return primary in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
