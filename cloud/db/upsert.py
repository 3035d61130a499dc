"""Insert what is new and leave what is there: one statement on both databases."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Column, Table

from cloud.db.unit import Unit

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert


def insert_into(unit: Unit, table: Table) -> "Insert":
    """An INSERT that knows ON CONFLICT, of the database at hand; the other one's is not even loaded."""
    if unit.connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert

        return cast("Insert", insert(table))
    from sqlalchemy.dialects.postgresql import insert as insert_there

    return insert_there(table)


def insert_new(unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """How many of `rows` were new; those whose key is taken are left as they are (ON CONFLICT DO NOTHING)."""
    return len(insert_new_keys(unit, table, rows, (table.c.organization_id,)))


def insert_new_keys(
    unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[Column[Any]]
) -> list[tuple[Any, ...]]:
    """The values of `key` of those rows that were new; the others are left as they are."""
    if not rows:
        return []
    statement = insert_into(unit, table).values(unit.owned(rows)).on_conflict_do_nothing().returning(*key)
    return [tuple(row) for row in unit.connection.execute(statement)]


def put_new(unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """`insert_new` for many rows that have the same columns, where nobody asks which ones were new: one short statement
    is sent for all of them, not one as long as they are many."""
    if rows:
        unit.connection.execute(insert_into(unit, table).on_conflict_do_nothing(), unit.owned(rows))


def put(unit: Unit, table: Table, key: Sequence[str], row: Mapping[str, Any]) -> None:
    """Inserts `row`, or replaces everything but the key of the row that has it."""
    put_many(unit, table, key, [row])


def put_many(unit: Unit, table: Table, key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """`put` for rows that have the same columns."""
    if not rows:
        return
    own = unit.owned(rows)
    statement = insert_into(unit, table)
    changed = {name: statement.excluded[name] for name in own[0] if name not in key}
    unit.connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed), own)
