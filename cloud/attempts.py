"""Counting failures, so that guessing stays slow: in the database, so that a restart forgets nothing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit

KEEP = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any `seconds`."""

    count: int
    seconds: int


def seconds_to_wait(unit: Unit, kind: str, key: str, limits: Sequence[Limit]) -> int:
    """0 when another attempt is allowed now, else how long until one is."""
    attempts = tables.attempts
    waits = [0]
    for limit in limits:
        since = unit.now - timedelta(seconds=limit.seconds)
        decisive = unit.connection.scalar(
            select(attempts.c.at)
            .where(attempts.c.kind == kind, attempts.c.key == key[:200], attempts.c.at > since)
            .order_by(attempts.c.at.desc())
            .offset(limit.count - 1)
            .limit(1)
        )
        if decisive is not None:
            waits.append(max(1, math.ceil((decisive - since).total_seconds())))
    return max(waits)


def hold(unit: Unit, keys: Mapping[str, str]) -> None:
    """Until the commit nobody else counts for these kinds and keys, so that no two take the last attempt at once.

    SQLite needs nothing: whoever writes is alone.
    """
    if unit.connection.dialect.name == "postgresql":
        for kind, key in sorted(keys.items()):
            unit.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{kind}:{key}", 0))))


def count_one(unit: Unit, kind: str, key: str) -> None:
    """Remembers a failure, and forgets those that no limit looks at any more."""
    attempts = tables.attempts
    unit.connection.execute(delete(attempts).where(attempts.c.kind == kind, attempts.c.at < unit.now - KEEP))
    unit.connection.execute(insert(attempts).values(id=new_id(), kind=kind, key=key[:200], at=unit.now))
