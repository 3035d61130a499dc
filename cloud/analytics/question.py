"""What somebody wants to know about plays: a stretch of time, narrowed to some screens, content, playlists…"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.problems import FieldError, invalid, invalid_field
from cloud.wire import read_instant
from vizora.errors import PublisherError
from vizora.identifiers import OrganizationId
from vizora.schedule.zones import zone

FILTERS = {
    "deviceId": "device_id",
    "contentId": "content_id",
    "playlistId": "playlist_id",
    "scheduleId": "schedule_id",
}
"""The name in the query and the column."""
Stretch = tuple[datetime, datetime]
"""From a start, included, to an end, not included."""
DEFAULT_DAYS = 30
MOST_DAYS = 3660
MOST_IDS = 500
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """Plays of one organization that began in [start, end)."""

    organization_id: OrganizationId
    start: datetime
    end: datetime
    only: Mapping[str, tuple[str, ...]]
    """By column of `plays`: the ids that count. A column that is missing is not narrowed; no ids means nothing."""


def read_question(call: Call, unit: Unit) -> Question:
    """`?from=&to=&deviceId=&contentId=&playlistId=&scheduleId=&tag=`; ids and tags may be repeated.

    Without `from`, the 30 days before `to`; without `to`, until now. Raises Problem 400 that names what is wrong.
    """
    start, end = read_stretch(call, unit)
    only = {column: _ids(call, name) for name, column in FILTERS.items() if name in call.request.query_params}
    tagged = tagged_devices(call, unit)
    if tagged is not None:
        chosen = only.get("device_id")
        only["device_id"] = tagged if chosen is None else tuple(id_ for id_ in tagged if id_ in chosen)
    return Question(unit.organization_id, start, end, only)


def read_stretch(call: Call, unit: Unit) -> Stretch:
    """[from, to). A start that is not given lies on a full hour, where counting is cheapest."""
    end = read_instant(call.query("to"), "to") or floor_hour(unit.now) + HOUR
    try:
        start = read_instant(call.query("from"), "from") or floor_hour(end) - DEFAULT_DAYS * DAY
    except OverflowError as fault:
        raise invalid_field("to", "must be later: there is nothing so early") from fault
    if end <= start:
        raise invalid([FieldError("from", "must be before `to`"), FieldError("to", "must be after `from`")])
    if end - start > MOST_DAYS * DAY:
        raise invalid_field("from", f"must be at most {MOST_DAYS} days before `to`")
    return start, end


def read_zone(call: Call) -> tuple[str, tzinfo]:
    """`?timeZone=`, UTC when not given: in whose days and hours is counted. Raises Problem 400."""
    name = call.query("timeZone") or "UTC"
    try:
        return name, zone(name)
    except PublisherError as fault:
        raise invalid_field("timeZone", str(fault)) from fault


def tagged_devices(call: Call, unit: Unit) -> tuple[str, ...] | None:
    """The screens that have one of the tags of `?tag=`; None when none was asked for."""
    wanted = call.request.query_params.getlist("tag")
    if not wanted:
        return None
    tags = tables.device_tags
    query = unit.select(tags, tags.c.device_id).where(tags.c.tag.in_(wanted[:MOST_IDS])).distinct()
    return tuple(sorted(unit.connection.scalars(query)))


def floor_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _ids(call: Call, name: str) -> tuple[str, ...]:
    ids = [part for value in call.request.query_params.getlist(name) for part in value.split(",") if part]
    if len(ids) > MOST_IDS:
        raise invalid_field(name, f"must have at most {MOST_IDS} ids")
    return tuple(dict.fromkeys(ids))
