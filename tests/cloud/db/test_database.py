from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from cloud.db import tables
from cloud.db.database import Database, open_sqlite
from cloud.db.migrate import alembic_config, known_steps
from cloud.db.unit import Unit
from tests.fakes.clock import FakeClock
from vizora.errors import OperatorError
from vizora.identifiers import OrganizationId


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_sqlite(tmp_path / "vizora.db")


def pragmas(database: Database, *, write: bool) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "query_only", "wal_autocheckpoint")
    with database.write() if write else database.read() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


def test_the_steps_are_found_by_their_names_as_alembic_finds_them() -> None:
    steps = ScriptDirectory.from_config(alembic_config()).walk_revisions()

    assert [step.revision for step in steps] == known_steps()[::-1]


def test_plays_of_before_are_counted_by_the_hour(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "vizora.db")
    with database.write() as connection:
        config = alembic_config(connection)
        command.downgrade(config, "0010")
        connection.execute(
            text("INSERT INTO organizations (id, name, slug, screen_quota, storage_quota, created_at, updated_at)"
                 " VALUES ('o', 'O', 'o', 1, 1, '2026-11-22 09:00:00', '2026-11-22 09:00:00')")
        )  # fmt: skip
        for n, minute in enumerate(("10", "20")):
            connection.execute(
                text(
                    "INSERT INTO plays"
                    " VALUES ('o', 'd', 'b', :n, 'i', 'c', 'p', NULL, :at, 500, :whole, 'trusted', :at)"
                ),
                {"n": n, "at": f"2026-11-22 09:{minute}:00.000000", "whole": n == 0},
            )
        command.upgrade(config, "head")

    with database.read() as connection:
        hours = connection.execute(select(tables.play_hours)).mappings().all()
    names = ("hour", "schedule_id", "plays", "completed", "duration_ms", "plays_0", "plays_1", "plays_2")
    assert [tuple(hour[name] for name in names) for hour in hours] == [
        (datetime(2026, 11, 22, 9, tzinfo=UTC), "", 2, 1, 1000, 1, 1, 0)
    ]
    assert (hours[0]["completed_0"], hours[0]["completed_1"], hours[0]["duration_ms_1"]) == (1, 0, 500)


def test_a_second_start_changes_nothing(tmp_path: Path, database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO attempts VALUES ('1', 'k', 'key', '2026-11-22 09:00:00')"))
    database.close()

    with open_sqlite(tmp_path / "vizora.db").read() as connection:
        assert connection.execute(text("SELECT count(*) FROM attempts")).scalar() == 1


def test_a_commit_is_on_the_disk_and_only_one_connection_writes(database: Database) -> None:
    assert pragmas(database, write=True) == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 0, "wal_autocheckpoint": 1000,
    }  # fmt: skip
    assert pragmas(database, write=False) == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 1, "wal_autocheckpoint": 0,
    }  # fmt: skip


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(OperatorError, match="9999"):
        open_sqlite(tmp_path / "vizora.db")


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "vizora.db"
    file.write_bytes(b"this is not a database, but it is long enough to be taken for one" * 40)

    with pytest.raises(OperatorError, match=str(file)):
        open_sqlite(file)


def test_a_naive_time_is_never_stored(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), database.write() as connection:
        Unit(connection, FakeClock().now(), OrganizationId("o")).insert(
            tables.sessions,
            id="s",
            user_id="u",
            created_at=FakeClock().now().replace(tzinfo=None),
            expires_at=FakeClock().now(),
        )
