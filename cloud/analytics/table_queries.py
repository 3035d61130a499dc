"""The questions of `cloud.analytics.queries` answered by the database's own tables, SQLite or PostgreSQL.

Whole hours, and their quarters, are read from `play_hours`, which is kept with each play; what is left at both ends
of a stretch from `plays`. So an answer is exact for any stretch, and quick for long ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, Table, and_, case, cast, extract, func, select, tuple_

from cloud.analytics.queries import HOUR_S, NONE, PROOF, QUARTER_S, Count, Key, Place
from cloud.analytics.question import HOUR, Question, Stretch, floor_hour
from cloud.analytics.recording import COUNTED, NOTHING, QUARTERS
from cloud.clock import EPOCH
from cloud.db import tables
from cloud.db.unit import Unit

K = TypeVar("K")


class TableQueries:
    """Within one transaction that reads."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def by(self, key: Key, question: Question) -> Mapping[str | None, Count]:
        def counted(table: Table, stretch: Stretch) -> Iterable[tuple[str | None, Count]]:
            column = table.c[key.value]
            rows = self._rows(_counts(table, question, stretch, column.label("key")).group_by(column))
            return ((row["key"] or None, _count(row)) for row in rows)

        return _sum(counted(table, stretch) for table, stretch in parts(question))

    def buckets(self, question: Question, step_s: int) -> Mapping[datetime, Count]:
        counted = self._hours if step_s == HOUR_S else self._quarters
        return _sum(counted(question, table, stretch) for table, stretch in parts(question))

    def total(self, question: Question) -> Count:
        total = NONE
        for table, stretch in parts(question):
            total = total.plus(self._whole(question, table, stretch))
        return total

    def proof(self, question: Question, after: Place | None, limit: int) -> Sequence[Mapping[str, Any]]:
        plays = tables.plays
        place = (plays.c.started_at, plays.c.device_id, plays.c.boot_id, plays.c.n)
        query = select(*(plays.c[name] for name in PROOF)).where(_mine(plays, question, (question.start, question.end)))
        if after is not None:
            query = query.where(plays.c.started_at >= after[0], tuple_(*place) > tuple_(*after))
        return self._rows(query.order_by(*place).limit(limit))

    def _hours(self, question: Question, table: Table, stretch: Stretch) -> Iterable[tuple[datetime, Count]]:
        if table is tables.plays:  # an end of the question: it lies within one hour
            whole = self._whole(question, table, stretch)
            return [(floor_hour(stretch[0]), whole)] if whole.plays else []
        hour = table.c.hour
        rows = self._rows(_counts(table, question, stretch, hour.label("key")).group_by(hour))
        return [(row["key"], _count(row)) for row in rows]

    def _quarters(self, question: Question, table: Table, stretch: Stretch) -> Iterable[tuple[datetime, Count]]:
        if table is tables.plays:
            step = self._seconds(table.c.started_at) // QUARTER_S
            rows = self._rows(_counts(table, question, stretch, step.label("key")).group_by(step))
            return [(EPOCH + timedelta(seconds=int(row["key"]) * QUARTER_S), _count(row)) for row in rows]
        hour = table.c.hour
        sums = [func.sum(table.c[name]).label(name) for name in NOTHING]
        query = select(hour.label("key"), *sums).where(_mine(table, question, stretch)).group_by(hour)
        return [pair for row in self._rows(query) for pair in _quarters_of(row)]

    def _seconds(self, column: ColumnElement[datetime]) -> ColumnElement[int]:
        if self._unit.connection.dialect.name == "sqlite":
            return cast(func.strftime("%s", column), Integer)
        return cast(func.floor(extract("epoch", column)), Integer)

    def _whole(self, question: Question, table: Table, stretch: Stretch) -> Count:
        return _count(self._rows(_counts(table, question, stretch))[0])

    def _rows(self, query: Select[Any]) -> list[Mapping[str, Any]]:
        return self._unit.rows(query)


def parts(question: Question) -> list[tuple[Table, Stretch]]:
    """The stretch cut at full hours: its whole hours from `play_hours`, the rest of its first and last from `plays`."""
    first = floor_hour(question.start)
    first = first if first == question.start else first + HOUR
    last = floor_hour(question.end)
    if first > last:
        return [(tables.plays, (question.start, question.end))]
    cut = [
        (tables.plays, (question.start, first)),
        (tables.play_hours, (first, last)),
        (tables.plays, (last, question.end)),
    ]
    return [(table, stretch) for table, stretch in cut if stretch[0] < stretch[1]]


def _mine(table: Table, question: Question, stretch: Stretch) -> ColumnElement[bool]:
    at = table.c.started_at if table is tables.plays else table.c.hour
    narrowed = [table.c[name].in_(ids) for name, ids in question.only.items()]
    return and_(table.c.organization_id == question.organization_id, at >= stretch[0], at < stretch[1], *narrowed)


def _counts(table: Table, question: Question, stretch: Stretch, *keys: ColumnElement[Any]) -> Select[Any]:
    raw = table is tables.plays
    completed = case((table.c.completed, 1), else_=0) if raw else table.c.completed
    return select(
        *keys,
        (func.count() if raw else func.sum(table.c.plays)).label("plays"),
        func.sum(completed).label("completed"),
        func.sum(table.c.duration_ms).label("duration_ms"),
        func.max(table.c.started_at if raw else table.c.last_at).label("last_at"),
    ).where(_mine(table, question, stretch))


def _count(row: Mapping[str, Any]) -> Count:
    return Count(int(row["plays"] or 0), int(row["completed"] or 0), int(row["duration_ms"] or 0), row["last_at"])


def _quarters_of(row: Mapping[str, Any]) -> Iterable[tuple[datetime, Count]]:
    """The quarters of an hour that have plays. When the last of them began is not known."""
    counts = [[int(row[f"{name}_{quarter}"]) for name in COUNTED] for quarter in QUARTERS]
    rest = [int(row[name]) - sum(values) for name, values in zip(COUNTED, zip(*counts, strict=True), strict=True)]
    for number, (plays, completed, duration_ms) in enumerate([*counts, rest]):
        if plays:
            yield row["key"] + number * timedelta(seconds=QUARTER_S), Count(plays, completed, duration_ms)


def _sum(parts: Iterable[Iterable[tuple[K, Count]]]) -> dict[K, Count]:
    sums: dict[K, Count] = {}
    for part in parts:
        for key, count in part:
            sums[key] = sums.get(key, NONE).plus(count)
    return sums
