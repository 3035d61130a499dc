"""Plays on their way to ClickHouse.

A play is acknowledged when it is in the database, with its line in `plays_outbox` in the same transaction. From there
it is sent in batches until the sink has said yes; then its line goes. A crash, a lost answer or a second process
between the two sends it again, perhaps in another batch: the sink counts by (device, boot, n), never by batches.
"""

from datetime import timedelta

from sqlalchemy import and_, bindparam, delete, select

from cloud.analytics.sink import Analytics, Sink
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.jobs.job import Job, Outcome, nothing
from cloud.services import Cloud

BATCH = 10_000
EVERY = timedelta(seconds=1)
KEY = ("device_id", "boot_id", "n")


async def flush(cloud: Cloud, sink: Sink, *, batch: int = BATCH) -> int:
    """Sends what waits, batch by batch; how many plays.

    Raises SinkAway or SinkRefused; then what was not confirmed goes on waiting.
    """
    sent = 0
    while waiting := await cloud.read(lambda unit: waiting_plays(unit, batch)):
        await cloud.outside(lambda plays=waiting: sink.take(plays))  # type: ignore[misc]
        await cloud.write(lambda unit, plays=waiting: confirm(unit, plays))  # type: ignore[misc]
        sent += len(waiting)
        if len(waiting) < batch:
            break
    return sent


def waiting_plays(unit: Unit, limit: int) -> list[Row]:
    """Whole rows of `plays`, of all organizations."""
    plays, outbox = tables.plays, tables.plays_outbox
    joined = outbox.join(
        plays,
        and_(plays.c.device_id == outbox.c.device_id, plays.c.boot_id == outbox.c.boot_id, plays.c.n == outbox.c.n),
    )
    order = (outbox.c.device_id, outbox.c.boot_id, outbox.c.n)
    return unit.rows(select(plays).select_from(joined).order_by(*order).limit(limit))


def confirm(unit: Unit, plays: list[Row]) -> None:
    """Each by its key: of a list of places SQLite would look at every one for every line that waits."""
    outbox = tables.plays_outbox
    key = (outbox.c[name] == bindparam(f"its_{name}") for name in KEY)
    places = [{f"its_{name}": play[name] for name in KEY} for play in plays]
    if places:
        unit.connection.execute(delete(outbox).where(*key), places)


def fill(unit: Unit) -> None:
    """Puts every play in the outbox: for a sink that is new, or was lost."""
    plays, outbox = tables.plays, tables.plays_outbox
    names = ("organization_id", "device_id", "boot_id", "n")
    there = select(outbox.c.n).where(
        plays.c.device_id == outbox.c.device_id, plays.c.boot_id == outbox.c.boot_id, plays.c.n == outbox.c.n
    )
    unit.connection.execute(
        outbox.insert().from_select(names, select(*(plays.c[name] for name in names)).where(~there.exists()))
    )


async def send(cloud: Cloud, _: Job) -> Outcome:
    """The job `plays.send`: brings the sink up to date. Raises SinkAway or SinkRefused."""
    analytics = cloud.part(Analytics)
    sink = analytics.sink
    if sink is not None:
        if not analytics.filled:
            if await cloud.outside(sink.is_empty):
                await cloud.write(fill)
            analytics.filled = True
        await flush(cloud, sink)
    return nothing
