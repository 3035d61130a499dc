"""Lists (CONTRACT section 1): `{"items", "nextCursor"}`, newest first, by `limit` and `cursor`; what narrows them."""

import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Select, Table, and_, or_

from cloud.allowed import one_of
from cloud.bodies import read_json
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call
from cloud.problems import invalid_field
from cloud.wire import read_instant

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row a page showed."""

    created_at: datetime
    id: str

    def text(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def read_limit(text: str | None) -> int:
    """Raises Problem 400."""
    return read_number(text, "limit", DEFAULT_LIMIT, MAX_LIMIT)


def read_number(text: str | None, name: str, default: int, most: int) -> int:
    """From 1 to `most`; `default` when nothing is said. Raises Problem 400."""
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
        return int(text)
    raise invalid_field(name, f"must be a whole number from 1 to {most}")


def read_cursor(text: str | None) -> Cursor | None:
    """Raises Problem 400."""
    if text is None:
        return None
    try:
        cursor = read_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), Cursor)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as fault:
        raise invalid_field("cursor", "must be the nextCursor of an earlier answer") from fault
    if cursor.created_at.tzinfo is None:
        raise invalid_field("cursor", "must be the nextCursor of an earlier answer")
    return cursor


def after(query: Select[Any], table: Table, last: Cursor | None) -> Select[Any]:
    """`query` in the order of lists, from behind the last row that was shown."""
    at, id_ = table.c.created_at, table.c.id
    if last is not None:
        query = query.where(or_(at < last.created_at, and_(at == last.created_at, id_ < last.id)))
    return query.order_by(at.desc(), id_.desc())


def page(
    call: Call, unit: Unit, query: Select[Any], table: Table, show: Callable[[list[Row]], list[Any]]
) -> dict[str, Any]:
    """The page of `query` that was asked for. `table` has `created_at` and `id`; `show` turns rows into answers.

    Raises Problem 400.
    """
    size = read_limit(call.query("limit"))
    rows = unit.rows(after(query, table, read_cursor(call.query("cursor"))).limit(size + 1))
    last = rows[size - 1] if len(rows) > size else None
    return {
        "items": show(rows[:size]),
        "nextCursor": None if last is None else Cursor(last["created_at"], last["id"]).text(),
    }


def chosen(call: Call, name: str, allowed: Iterable[str]) -> str | None:
    """What `?name=` says; None when it says nothing. Raises Problem 400 when it is none of `allowed`."""
    choice = call.query(name) or None
    if choice is not None and choice not in (known := tuple(allowed)):
        raise invalid_field(name, one_of(known))
    return choice


def searched(call: Call, query: Select[Any], *columns: Column[str]) -> Select[Any]:
    """Rows with the text of `?q=` in one of these columns, in capitals or not."""
    text = call.query("q")
    return query.where(or_(*(column.icontains(text, autoescape=True) for column in columns))) if text else query


def within(call: Call, query: Select[Any], at: Column[datetime]) -> Select[Any]:
    """Rows of `?from=` to `?to=`, the first included, the last not. Raises Problem 400."""
    if (start := read_instant(call.query("from"), "from")) is not None:
        query = query.where(at >= start)
    if (end := read_instant(call.query("to"), "to")) is not None:
        query = query.where(at < end)
    return query
