"""What both databases promise: the same tests on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from cloud.content import rows
from cloud.db import tables
from cloud.db.database import Database, open_postgres, open_sqlite
from cloud.db.migrate import alembic_config
from cloud.db.unit import Unit
from tests.fakes.clock import FakeClock
from tests.free_port import free_port
from vizora.errors import OperatorError
from vizora.identifiers import OrganizationId


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = open_sqlite(tmp_path / "vizora.db")
    else:
        opened = open_postgres(request.getfixturevalue("postgres_database"))
    yield opened
    opened.close()


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_content_that_failed_before_faults_had_codes_keeps_its_sentence(database: Database) -> None:
    noon = "'2026-11-22 12:00:00+00:00'"
    with database.write() as connection:
        config = alembic_config(connection)
        before = ScriptDirectory.from_config(config).get_revision("0390").down_revision
        command.downgrade(config, str(before))
        connection.execute(
            text("INSERT INTO organizations (id, name, slug, screen_quota, storage_quota, created_at, updated_at)"
                 f" VALUES ('o', 'O', 'o', 1, 1, {noon}, {noon})")
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO content (id, organization_id, type, title, status, upload_error, created_at, updated_at)"
                 f" VALUES ('c', 'o', 'image', 'Poster', 'failed', 'The file is cut off.', {noon}, {noon})")
        )  # fmt: skip
        command.upgrade(config, "head")

    with database.read() as connection:
        shown = rows.show_one(Unit(connection, FakeClock().now(), OrganizationId("o")), "c")
    assert (shown["uploadStatus"], shown["uploadError"], shown["uploadFault"]) == (
        "failed", "The file is cut off.", None,
    )  # fmt: skip


def test_a_reader_can_not_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(text("DELETE FROM users"))


def test_a_reader_sees_one_picture_while_somebody_writes(database: Database) -> None:
    def count() -> object:
        return reader.execute(text("SELECT count(*) FROM attempts")).scalar()

    with database.read() as reader:
        before = count()
        with database.write() as writer:
            writer.execute(text("INSERT INTO attempts VALUES ('1', 'k', 'key', '2026-11-22 09:00:00')"))

        assert (before, count()) == (0, 0)
    with database.read() as reader:
        assert count() == 1


def test_what_fails_is_undone(database: Database) -> None:
    def twice() -> None:
        with database.write() as connection:
            for _ in range(2):
                connection.execute(text("INSERT INTO attempts VALUES ('1', 'k', 'key', '2026-11-22 09:00:00')"))

    with pytest.raises(IntegrityError):
        twice()

    with database.read() as reader:
        assert reader.execute(text("SELECT count(*) FROM attempts")).scalar() == 0


def test_a_unit_without_an_organization_touches_no_organizations_rows(database: Database) -> None:
    with database.read() as connection, pytest.raises(RuntimeError):
        Unit(connection, FakeClock().now()).select(tables.users)


def most_at_once(database: Database, write: Callable[[Database], AbstractContextManager[Connection]]) -> int:
    """What eight writers that look, then write one more than they saw, make of a thing only one of them may have."""
    together = threading.Barrier(8)

    def take(n: int) -> None:
        together.wait()
        with write(database) as connection:
            taken = connection.execute(text("SELECT count(*) FROM attempts")).scalar()
            if taken == 0:
                values = {"id": str(n)}
                sql = "INSERT INTO attempts VALUES (:id, 'k', 'key', '2026-11-22 09:00:00')"
                connection.execute(text(sql), values)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, range(8)))
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM attempts")).scalar() or 0)


def test_what_an_organizations_writer_checked_still_holds_when_it_writes(database: Database) -> None:
    assert most_at_once(database, lambda database: database.write("acme")) == 1


def test_the_broken_twin_on_postgres_lets_several_take_the_last_one(postgres_database: str) -> None:
    database = open_postgres(postgres_database)
    taken = []
    for _ in range(20):
        with database.write() as connection:
            connection.execute(text("DELETE FROM attempts"))
        taken.append(most_at_once(database, lambda database: database.write()))
    database.close()

    assert max(taken) > 1


def test_an_organization_does_not_wait_for_another(postgres_database: str) -> None:
    database = open_postgres(postgres_database)
    with database.write("acme"), database.write("globex") as other:
        assert other.execute(text("SELECT 1")).scalar() == 1
    database.close()


def test_processes_that_start_together_make_the_tables_once(postgres_template: str) -> None:
    with psycopg.connect(f"{postgres_template}/postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE vizora_together")
        with ThreadPoolExecutor(3) as threads:
            for database in threads.map(open_postgres, [f"{postgres_template}/vizora_together"] * 3):
                database.check()
                database.close()
        server.execute("DROP DATABASE vizora_together WITH (FORCE)")


def test_of_several_postgresql_servers_the_one_that_takes_writes_is_found(postgres_database: str) -> None:
    address = f"{postgres_database.replace('@', f'@127.0.0.1:{free_port()},')}?target_session_attrs=read-write"
    database = open_postgres(address)
    try:
        with database.write() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
    finally:
        database.close()
    with pytest.raises(OperatorError, match="read-only"):
        open_postgres(f"{address}&options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(OperatorError, match=r"POSTGRES_URL.*parameter"):
        open_postgres(f"{postgres_database}?no_such_thing=1")
