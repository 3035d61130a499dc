"""`POST /api/schedules/preview`: what would be on, by the very evaluator the screens run. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from starlette.responses import Response

from cloud.allowed import Instant
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import growing_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, refuse
from cloud.publishing.builder import build
from cloud.publishing.imagined import imagined
from cloud.publishing.library import load
from cloud.schedules.model import NewSchedule, check_schedule
from cloud.schedules.rows import columns
from cloud.screens.forecast import shown_between
from cloud.tags import tags_of
from cloud.targets import is_for
from vizora.manifest.model import Manifest
from vizora.schedule.evaluate import plan

LONGEST = timedelta(days=92)


class Preview(Body, frozen=True):
    start: Instant = msgspec.field(name="from")
    end: Instant = msgspec.field(name="to")
    device_id: str | None = None
    schedule: NewSchedule | None = None
    schedule_id: str | None = None
    """With `schedule`: the stored one it is a new version of."""

    def draft_id(self, now: datetime) -> str | None:
        """The id of the draft, if there is one: what it would get if it were saved now, so ties fall as they will."""
        return (self.schedule_id or growing_id(now)) if self.schedule else None


async def preview(call: Call) -> Response:
    """With a screen: what it will show, the draft included if there is one. Without: on the first screen it is for."""
    wanted: Preview = call.body
    draft_id = wanted.draft_id(call.cloud.clock.now())
    manifest = await call.read(lambda unit: _manifest(unit, wanted, draft_id))
    shown = await call.think(lambda: shown_between(plan(manifest), wanted.start, wanted.end))
    document: dict[str, Any] = msgspec.to_builtins(shown, builtin_types=(datetime,))
    known = bool(manifest.device_id)
    return Reply(
        {
            "deviceId": manifest.device_id if known else None,
            "draftId": draft_id,
            "timeZone": manifest.time_zone,
            **document,
        }
    ).response()


def _manifest(unit: Unit, wanted: Preview, draft_id: str | None) -> Manifest:
    _check(unit, wanted)
    library = load(unit)
    if wanted.schedule is not None:
        draft: Row = {"id": draft_id, **columns(wanted.schedule)}
        others = [row for row in library.schedules if row["id"] != draft_id]
        library = replace(library, schedules=(*others, draft))
    device, tags = _screen(unit, wanted)
    return build(library, device, tags, ())


def _check(unit: Unit, wanted: Preview) -> None:
    """Raises Problem 400, or 404 for a screen or a schedule that is not there."""
    errors = []
    if wanted.device_id is None and wanted.schedule is None:
        errors.append(FieldError("/deviceId", "give deviceId, schedule, or both"))
    if not timedelta(0) < wanted.end - wanted.start <= LONGEST:
        errors.append(FieldError("/to", f"must be later than from, by {LONGEST.days} days at most"))
    refuse(errors)
    if wanted.schedule is not None:
        check_schedule(unit, wanted.schedule, "/schedule")
        if wanted.schedule_id is not None:
            unit.find(tables.schedules, wanted.schedule_id)


def _screen(unit: Unit, wanted: Preview) -> tuple[Row, Sequence[str]]:
    devices = tables.devices
    rows = unit.rows(unit.select(devices).order_by(devices.c.created_at, devices.c.id))
    if wanted.device_id is not None:
        rows = [unit.find(devices, wanted.device_id)]
    tags = tags_of(unit, tables.device_tags, [row["id"] for row in rows])
    for row in rows:
        target = wanted.schedule and wanted.schedule.target.stored()
        if wanted.device_id is not None or (target and is_for(target, row["id"], tags[row["id"]])):
            return row, tags[row["id"]]
    return imagined(unit, wanted.schedule.target.device_ids if wanted.schedule else ()), ()
