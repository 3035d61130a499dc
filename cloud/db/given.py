"""Values from outside as a table inside a statement: one statement, and one parameter, for thousands of rows.

A driver that is handed ten thousand sets of parameters comes back to Python for each of them, and so does SQLAlchemy.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Dialect,
    String,
    Subquery,
    cast,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.sql.selectable import TableValuedAlias

from cloud.db.unit import Unit


def given(unit: Unit, columns: Sequence[Column[Any]], rows: Iterable[Sequence[Any]]) -> Subquery:
    """`rows` as a table that has `columns`, by their names and of their types; None is NULL.

    What goes into a JSON column is text inside the parameter: a screen may report what one database or the other does
    not take apart (NUL, a thousand brackets), and must not keep the rows of all others from being written.
    """
    dialect = unit.connection.dialect
    bound = [_binding(column, dialect) for column in columns]
    values = [[None if value is None else bind(value) for bind, value in zip(bound, row, strict=True)] for row in rows]
    table = _elements(dialect.name, _text(values))
    typed = cast if dialect.name == "postgresql" else type_coerce  # SQLite would make numbers of what it casts
    fields = [table.c.value.op("->>")(literal_column(str(n))) for n in range(len(columns))]
    return select(
        *(typed(field, column.type).label(column.name) for field, column in zip(fields, columns, strict=True))
    ).subquery()


def among(unit: Unit, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` IN `values`, however many they are; SQLite takes no more than 32,766 parameters."""
    return column.in_(select(given(unit, (column,), [(value,) for value in values])))


def _binding(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any]:
    if isinstance(column.type, JSON):
        return _text
    return column.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _elements(dialect: str, encoded: str) -> TableValuedAlias:
    text = literal(encoded, String())
    if dialect == "postgresql":
        return func.json_array_elements(cast(text, JSON)).table_valued("value")
    return func.json_each(text).table_valued("value")


def _as_it_is(value: Any) -> Any:
    return value
