"""Jobs as rows: they are the truth, whatever the queue (`cloud.jobs.queue`) has lost or has twice.

A job is in the same transaction as what needs it. A worker takes it by writing its own id on it, and only who still
has it can end it: of two that do the same job, because one was thought dead, one counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, and_, delete, func, or_, select, update

from cloud import request_ids
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.db.upsert import insert_into
from cloud.jobs.job import Job, Kind
from vizora.identifiers import OrganizationId

BEAT_S = 5.0
SILENCE = timedelta(seconds=20)
"""A worker that has said nothing for so long is dead. Machines' clocks must agree better than that."""
FORGET = timedelta(days=1)
JOBS, WORKERS = tables.jobs, tables.workers


# --- what is to be done
def add(unit: Unit, kind: str, subject: str, payload: str | None = None) -> None:
    """To be done soon, if this transaction is committed. One of a kind and subject at a time."""
    _insert(unit, [_row(unit, kind, subject, organization_id=unit.organization_id, payload=payload)])
    unit.told.jobs = True


def plan(unit: Unit, periodic: Collection[str]) -> None:
    """Makes periodic work known; what is known already keeps its time."""
    if periodic:
        _insert(unit, [_row(unit, kind, "", organization_id=None, payload=None) for kind in sorted(periodic)])


def _row(unit: Unit, kind: str, subject: str, **more: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "kind": kind, "subject": subject, "created_at": unit.now, "due_at": unit.now,
        "request_id": request_ids.current.get() or None, **more,
    }  # fmt: skip


def _insert(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    unit.connection.execute(insert_into(unit, JOBS).values(rows).on_conflict_do_nothing())


# --- who does it
def begin(unit: Unit, worker_id: str, name: str, *, alone: bool) -> None:
    """A worker is there. `alone`: there can be no other one, whatever the table says."""
    unit.connection.execute(delete(WORKERS) if alone else delete(WORKERS).where(WORKERS.c.seen_at < unit.now - FORGET))
    seen(unit, worker_id, name)


def seen(unit: Unit, worker_id: str, name: str) -> None:
    """It lives; also when the others had forgotten it already."""
    known = update(WORKERS).where(WORKERS.c.id == worker_id).values(seen_at=unit.now)
    if unit.connection.execute(known).rowcount == 0:
        row = {"id": worker_id, "name": name, "started_at": unit.now, "seen_at": unit.now}
        unit.connection.execute(WORKERS.insert().values(row))


def keep_only(unit: Unit, worker_id: str, doing: Collection[str]) -> None:
    """It does these jobs; what else is written on it is put back."""
    _put_back(unit, worker_id, but=doing)


def end(unit: Unit, worker_id: str) -> None:
    """It has ended. What it had begun and not ended is anybody's at once."""
    _put_back(unit, worker_id)
    unit.connection.execute(delete(WORKERS).where(WORKERS.c.id == worker_id))


def _put_back(unit: Unit, worker_id: str, but: Collection[str] = ()) -> None:
    """The attempt does not count: nobody says that it failed."""
    mine = update(JOBS).where(JOBS.c.taken_by == worker_id, JOBS.c.id.not_in(but))
    unit.connection.execute(mine.values(taken_by=None, attempts=JOBS.c.attempts - 1))


def claim(unit: Unit, worker_id: str, kinds: Collection[str]) -> Job | None:
    """A job of these kinds that is due and that no living worker does; it is this worker's now.

    Of an organization for which the least is being done, so that nobody's many files keep others' one waiting; then
    the one that has been due for longest.
    """
    taken = or_(JOBS.c.taken_by == worker_id, JOBS.c.taken_by.in_(_living(unit)))
    doing = _being_done(unit)
    due = (
        select(JOBS.c.id)
        .outerjoin(doing, doing.c.organization_id == JOBS.c.organization_id)
        .where(JOBS.c.kind.in_(kinds), JOBS.c.due_at <= unit.now, JOBS.c.given_up_at.is_(None))
        .where(or_(JOBS.c.taken_by.is_(None), ~taken))
        .order_by(func.coalesce(doing.c.count, 0), JOBS.c.due_at, JOBS.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=JOBS)
    )
    chosen = update(JOBS).where(JOBS.c.id == due.scalar_subquery())
    found = unit.connection.execute(
        chosen.values(taken_by=worker_id, attempts=JOBS.c.attempts + 1).returning(JOBS)
    ).mappings().first()  # fmt: skip
    return None if found is None else _job(dict(found))


def _being_done(unit: Unit) -> Subquery:
    """How many jobs of each organization living workers do."""
    count = func.count().label("count")
    taken = JOBS.c.taken_by.in_(_living(unit))
    return select(JOBS.c.organization_id, count).where(taken).group_by(JOBS.c.organization_id).subquery()


def _living(unit: Unit) -> Select[tuple[str]]:
    return select(WORKERS.c.id).where(WORKERS.c.seen_at > unit.now - SILENCE)


def _job(row: Row) -> Job:
    organization = row["organization_id"]
    return Job(
        row["id"], row["kind"], row["subject"], organization and OrganizationId(organization), row["payload"],
        row["attempts"], row["request_id"] or "",
    )  # fmt: skip


# --- how it ended
def done(unit: Unit, job: Job, worker_id: str, every: timedelta | None) -> bool:
    """Whether it was still this worker's to end. Periodic work comes again."""
    if every is None:
        return _changed(unit, delete(JOBS), job, worker_id)
    values = {"taken_by": None, "attempts": 0, "fault": None, "due_at": unit.now + every}
    return _changed(unit, update(JOBS).values(values), job, worker_id)


def again(unit: Unit, job: Job, worker_id: str, due_at: datetime, fault: str) -> bool:
    return _changed(unit, update(JOBS).values(taken_by=None, due_at=due_at, fault=fault), job, worker_id)


def given_up(unit: Unit, job: Job, worker_id: str, fault: str) -> bool:
    """The row stays for the operator to see, without what it carried."""
    values = {"taken_by": None, "given_up_at": unit.now, "fault": fault, "payload": None}
    return _changed(unit, update(JOBS).values(values), job, worker_id)


def _changed(unit: Unit, statement: Any, job: Job, worker_id: str) -> bool:
    mine = and_(JOBS.c.id == job.id, JOBS.c.taken_by == worker_id)
    return unit.connection.execute(statement.where(mine)).rowcount == 1


# --- how it stands
@dataclass(frozen=True, slots=True)
class Standing:
    """Of all organizations together."""

    workers: int
    """That live."""
    waiting: Mapping[str, int]
    """Jobs that are not done yet, by kind; periodic work is not counted."""
    oldest_s: Mapping[str, float]
    """For how long the oldest of them has been there."""
    failing: Mapping[str, int]
    """Those whose last attempt failed, periodic work too; they are tried again."""
    given_up: Mapping[str, int]


def standing(unit: Unit, kinds: Sequence[Kind]) -> Standing:
    once = [kind.name for kind in kinds if kind.every is None]
    open_, failed = JOBS.c.given_up_at.is_(None), JOBS.c.fault.is_not(None)
    oldest = dict(
        unit.connection.execute(
            select(JOBS.c.kind, func.min(JOBS.c.created_at)).where(open_, JOBS.c.subject != "").group_by(JOBS.c.kind)
        ).all()
    )
    return Standing(
        unit.connection.scalar(select(func.count()).select_from(_living(unit).subquery())) or 0,
        _counted(unit, once, open_, JOBS.c.subject != ""),
        {kind: (unit.now - oldest[kind]).total_seconds() if kind in oldest else 0.0 for kind in once},
        _counted(unit, [kind.name for kind in kinds], open_, failed),
        _counted(unit, once, ~open_),
    )


def _counted(unit: Unit, kinds: Sequence[str], *where: Any) -> dict[str, int]:
    rows = unit.connection.execute(select(JOBS.c.kind, func.count()).where(*where).group_by(JOBS.c.kind))
    found = {kind: count for kind, count in rows}  # noqa: C416 - a row is no pair to the type checker
    return {kind: found.get(kind, 0) for kind in kinds}
