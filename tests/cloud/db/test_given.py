from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import String, cast, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import DateTime

from cloud.db import tables
from cloud.db.database import Database, open_postgres, open_sqlite
from cloud.db.given import among, given
from cloud.db.types import Instant
from cloud.db.unit import Unit

NOW = datetime(2026, 11, 26, 9, 0, 0, 42, tzinfo=UTC)
DEVICES = tables.devices.c
COLUMNS = (DEVICES.id, DEVICES.last_seen_at, DEVICES.rotation, DEVICES.last_report)


class Report(msgspec.Struct):
    said: str


@pytest.fixture(params=["sqlite", "postgres"])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Unit]:
    opened = open_database(request, tmp_path)
    with opened.write() as connection:
        yield Unit(connection, NOW)
    opened.close()


def open_database(request: pytest.FixtureRequest, folder: Path) -> Database:
    if request.param == "sqlite":
        return open_sqlite(folder / "vizora.db")
    return open_postgres(request.getfixturevalue("postgres_database"))


def test_values_come_out_as_their_columns_would_give_them(unit: Unit) -> None:
    said = Report("“it's” 100 % \\ \n ?")
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))

    table = given(unit, COLUMNS, [("a", elsewhere, 90, said), ("b", None, None, None)])
    found = {row.id: tuple(row)[1:] for row in unit.connection.execute(select(table))}

    assert found == {"a": (NOW, 90, {"said": said.said}), "b": (None, None, None)}


@pytest.mark.parametrize("hostile", [{"said": "\0"}, msgspec.Raw(b"[" * 3000 + b"]" * 3000)])
def test_what_one_screen_says_does_not_spoil_the_rows_of_others(unit: Unit, hostile: object) -> None:
    table = given(unit, COLUMNS, [("a", NOW, 0, hostile), ("b", NOW, 0, {"said": "well"})])

    assert len(unit.connection.execute(select(table.c.id, cast(table.c.last_report, String))).all()) == 2


def test_no_rows_are_an_empty_table(unit: Unit) -> None:
    assert unit.connection.execute(select(given(unit, COLUMNS, []))).all() == []


def test_more_values_than_a_statement_takes_parameters(unit: Unit) -> None:
    attempts = tables.attempts
    unit.connection.execute(insert(attempts).values(id="40000", kind="kind", key="key", at=NOW))

    def found(values: Iterable[str]) -> list[str]:
        return list(unit.connection.scalars(select(attempts.c.id).where(among(unit, attempts.c.id, values))))

    assert found(str(n) for n in range(40_001)) == ["40000"]
    assert found(str(n) for n in range(40_000)) == []


def test_an_instant_without_a_zone_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        given(unit, COLUMNS, [("a", NOW.replace(tzinfo=None), 0, None)])


@pytest.mark.parametrize("at", [NOW, NOW.replace(microsecond=0), NOW.replace(microsecond=120_000, year=1970)])
def test_sqlite_keeps_an_instant_as_sqlalchemy_would_write_it(at: datetime) -> None:
    dialect = sqlite.dialect()
    ours = Instant().dialect_impl(dialect).bind_processor(dialect)
    theirs = DateTime().dialect_impl(dialect).bind_processor(dialect)
    assert ours is not None
    assert theirs is not None

    assert ours(at + timedelta(hours=1)) == theirs((at + timedelta(hours=1)).replace(tzinfo=None))
    assert ours(None) is None
