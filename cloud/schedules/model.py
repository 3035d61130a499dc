"""What a client sends of a schedule, and what can be wrong with it beyond its shape."""

from collections.abc import Callable, Iterator
from typing import Annotated

import msgspec

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.playlists.model import Name
from cloud.problems import FieldError, Problem
from cloud.targets import Target, wrong_target
from vizora.errors import PublisherError
from vizora.manifest.limits import MAX_PRIORITY
from vizora.manifest.model import Recurrence
from vizora.schedule.recurrence import check, check_dates, check_zone

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
    faults = list(_faults(unit, wanted))
    if not faults:
        return
    codes = {code for code, _ in faults}
    code = next(known for known in ("SCHEDULE_001", "SCHEDULE_002", "VALIDATION_001") if known in codes)
    detail = next(error.message for found, error in faults if found == code)
    errors = [FieldError(path + error.field, error.message) for _, error in faults]
    raise Problem(400, code, f"Not valid: {errors[0].field}: {detail}", errors=errors)


def _faults(unit: Unit, wanted: NewSchedule) -> Iterator[tuple[str, FieldError]]:
    yield from _rule_faults("/recurrence", lambda: check(wanted.recurrence))
    if wanted.timezone != DEVICE_ZONE:
        yield from _rule_faults("/timezone", lambda: check_zone(wanted.timezone))
    yield from _rule_faults("/endsOn", lambda: check_dates(wanted.starts_on, wanted.ends_on))
    for error in (*_what_faults(unit, wanted), *wrong_target(unit, wanted.target)):
        yield "VALIDATION_001", error


def _rule_faults(field: str, checked: Callable[[], None]) -> Iterator[tuple[str, FieldError]]:
    try:
        checked()
    except PublisherError as fault:
        yield getattr(fault, "code", "VALIDATION_001"), FieldError(field, str(fault))


def _what_faults(unit: Unit, wanted: NewSchedule) -> Iterator[FieldError]:
    if (wanted.playlist_id is None) == (wanted.layout_id is None):
        yield FieldError("/playlistId", "give exactly one of playlistId and layoutId")
    if wanted.playlist_id is not None and not unit.known(tables.playlists, [wanted.playlist_id]):
        yield FieldError("/playlistId", "is none of your playlists")
    if wanted.layout_id is not None and not unit.known(tables.layouts, [wanted.layout_id]):
        yield FieldError("/layoutId", "is none of your layouts")
