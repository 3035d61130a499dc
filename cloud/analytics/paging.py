"""Pages over a list that is whole in memory (counts are few): `limit`, and a `cursor` that is a place in it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cloud.endpoints import Call
from cloud.lists import read_limit
from cloud.problems import invalid_field

T = TypeVar("T")


def page(call: Call, everything: Sequence[T], show: Callable[[Sequence[T]], list[Any]]) -> dict[str, Any]:
    """`{"items", "nextCursor"}`. Raises Problem 400."""
    size, start = read_limit(call.query("limit")), _start(call.query("cursor"))
    following = start + size
    cursor = str(following) if following < len(everything) else None
    return {"items": show(everything[start:following]), "nextCursor": cursor}


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 10:
        return int(cursor)
    raise invalid_field("cursor", "must be the nextCursor of an earlier answer")
