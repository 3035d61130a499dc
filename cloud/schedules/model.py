"""What a client sends of a schedule, and what can be wrong with it beyond its shape."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from cloud.allowed import Name
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.problems import FieldError, Problem
from cloud.targets import Target, wrong_target
from vizora.errors import PublisherError
from vizora.manifest.limits import MAX_PRIORITY
from vizora.manifest.model import Recurrence
from vizora.schedule.recurrence import check_zone, date_faults, faults

DEVICE_ZONE = "device"
"""The time zone that means: the one of each screen."""
Priority = Annotated[int, msgspec.Meta(ge=-MAX_PRIORITY, le=MAX_PRIORITY)]
UNSET = msgspec.UNSET


class NewSchedule(Body, frozen=True):
    name: Name
    target: Target
    recurrence: Recurrence
    playlist_id: str | None = None
    layout_id: str | None = None
    priority: Priority = 0
    timezone: str = DEVICE_ZONE
    starts_on: str | None = None
    ends_on: str | None = None


class ScheduleChange(Body, frozen=True):
    """PATCH: what is not sent stays."""

    name: Name | msgspec.UnsetType = UNSET
    target: Target | msgspec.UnsetType = UNSET
    recurrence: Recurrence | msgspec.UnsetType = UNSET
    playlist_id: str | msgspec.UnsetType | None = UNSET
    layout_id: str | msgspec.UnsetType | None = UNSET
    priority: Priority | msgspec.UnsetType = UNSET
    timezone: str | msgspec.UnsetType = UNSET
    starts_on: str | msgspec.UnsetType | None = UNSET
    ends_on: str | msgspec.UnsetType | None = UNSET


def check_schedule(unit: Unit, wanted: NewSchedule, path: str = "") -> None:
    """Raises Problem 400 with every wrong field: SCHEDULE_001 for a cron expression, SCHEDULE_002 for a time zone,
    else VALIDATION_001. `path` is where the schedule stands in the body."""
    found = list(_faults(unit, wanted))
    if not found:
        return
    codes = {code for code, _ in found}
    code = next(known for known in ("SCHEDULE_001", "SCHEDULE_002", "VALIDATION_001") if known in codes)
    errors = [FieldError(path + error.field, error.message) for _, error in found]
    chief = next(error for (its, _), error in zip(found, errors, strict=True) if its == code)
    raise Problem(400, code, f"Not valid: {chief.field}: {chief.message}", errors=errors)


def _faults(unit: Unit, wanted: NewSchedule) -> Iterator[tuple[str, FieldError]]:
    for name, fault in faults(wanted.recurrence):
        yield _told(f"/recurrence/{name}", fault)
    if wanted.timezone != DEVICE_ZONE:
        try:
            check_zone(wanted.timezone)
        except PublisherError as unknown:
            yield _told("/timezone", unknown)
    for name, fault in date_faults(wanted.starts_on, wanted.ends_on):
        yield _told(f"/{name}", fault)
    for error in (*_what_faults(unit, wanted), *wrong_target(unit, wanted.target)):
        yield "VALIDATION_001", error


def _told(field: str, fault: PublisherError) -> tuple[str, FieldError]:
    return getattr(fault, "code", "VALIDATION_001"), FieldError(field, str(fault))


def _what_faults(unit: Unit, wanted: NewSchedule) -> Iterator[FieldError]:
    if (wanted.playlist_id is None) == (wanted.layout_id is None):
        yield FieldError("/playlistId", "give exactly one of playlistId and layoutId")
    if wanted.playlist_id is not None and not unit.known(tables.playlists, [wanted.playlist_id]):
        yield FieldError("/playlistId", "is none of your playlists")
    if wanted.layout_id is not None and not unit.known(tables.layouts, [wanted.layout_id]):
        yield FieldError("/layoutId", "is none of your layouts")
