"""What a heartbeat says of the screen's system is written down where it is new, and judged at once."""

from sqlalchemy import select

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import put
from cloud.updates.rows import judge
from vizora.device_api import Attempt, Outcome, UpdateReport


def is_news(unit: Unit, device_id: str, report: UpdateReport) -> bool:
    """Whether `note` would write."""
    device = unit.get(tables.devices, device_id)
    if device is None:
        return False
    return device["software_version"] != report.version[:60] or _new_outcome(unit, device_id, report) is not None


def note(unit: Unit, device_id: str, report: UpdateReport) -> None:
    unit.note(tables.devices, device_id, software_version=report.version[:60])
    found = _new_outcome(unit, device_id, report)
    if found is None:
        return
    release_id, attempt = found
    updates = tables.device_updates
    if attempt.outcome is Outcome.CUT_OFF:
        mine = updates.c.device_id == device_id, updates.c.release_id == release_id
        unit.connection.execute(unit.delete(updates).where(*mine))
        return
    row = {"device_id": device_id, "release_id": release_id, "outcome": attempt.outcome, "why": attempt.why[:300]}
    put(unit, updates, ("device_id", "release_id"), {**row, "at": unit.now})
    judge(unit, release_id)


def _new_outcome(unit: Unit, device_id: str, report: UpdateReport) -> tuple[str, Attempt] | None:
    """The release that the report speaks of, when it says something that isn't written down yet."""
    attempt, releases, updates = report.attempt, tables.releases, tables.device_updates
    if attempt is None:
        return None
    of_it = releases.c.board == report.board, releases.c.version == attempt.version
    release_id = unit.connection.scalar(select(releases.c.id).where(*of_it))
    if release_id is None:
        return None
    known: Row | None = unit.row(
        unit.select(updates).where(updates.c.device_id == device_id, updates.c.release_id == release_id)
    )
    before = known["outcome"] if known else Outcome.CUT_OFF
    return None if before == attempt.outcome else (release_id, attempt)
