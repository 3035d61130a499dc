"""When screens were in touch: written down with each sighting, so that no crash of ours loses more than a second.

The stretch that may still go on lies in the screen's own row (`online_since` to `last_seen_at`); only when a screen is
heard again after a silence is the stretch before it written to `online_stretches`. Nobody has to notice its end.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, ColumnElement, Insert, Subquery, exists, func, or_, select, update

from cloud.db import tables
from cloud.db.given import given
from cloud.db.types import Instant
from cloud.db.unit import Unit
from cloud.db.upsert import insert_into

SILENCE = timedelta(seconds=60)
"""A screen that was not heard for longer was offline (CONTRACT section 4)."""
NONE: Mapping[str, Any] = MappingProxyType({})
SILENT_BEFORE = Column("silent_before", Instant)
"""Whoever was heard last before this instant was offline until now."""


def note_sightings(unit: Unit, seen: Mapping[str, datetime], reports: Mapping[str, Any] = NONE) -> None:
    """Screens, of any organization, that were heard at these instants, and what some of them said of themselves.

    What was heard from before a screen's tokens were revoked says nothing of the device that is paired in its place.
    """
    devices = tables.devices
    columns = (devices.c.id, devices.c.last_seen_at, SILENT_BEFORE, devices.c.last_report)
    rows = [(id_, at, at - SILENCE, reports.get(id_)) for id_, at in seen.items()]
    heard = given(unit, columns, rows)
    here = (devices.c.id == heard.c.id) & _was_its_own(heard)
    noted = update(devices).values(
        last_seen_at=heard.c.last_seen_at,
        last_report=func.coalesce(heard.c.last_report, devices.c.last_report),
    )
    goes_on = devices.c.online_since.is_not(None) & (devices.c.last_seen_at >= heard.c.silent_before)
    if unit.connection.execute(noted.where(here, goes_on)).rowcount == len(rows):
        return  # as it nearly always is
    unit.connection.execute(_ended_stretches(unit, heard, here))
    comes_back = or_(
        devices.c.online_since.is_(None),
        devices.c.last_seen_at.is_(None),
        devices.c.last_seen_at < heard.c.silent_before,
    )
    unit.connection.execute(noted.where(here, comes_back).values(online_since=heard.c.last_seen_at))


def _was_its_own(heard: Subquery) -> ColumnElement[bool]:
    """Whether the screen already had, when it was heard, a token that it still has."""
    tokens = tables.device_tokens
    holds = (tokens.c.device_id == heard.c.id) & tokens.c.revoked_at.is_(None)
    return exists().where(holds, tokens.c.created_at <= heard.c.last_seen_at)


def _ended_stretches(unit: Unit, heard: Subquery, here: ColumnElement[bool]) -> Insert:
    """Writes down the stretches that a silence has ended."""
    devices, stretches = tables.devices, tables.online_stretches
    columns = (devices.c.organization_id, devices.c.id, devices.c.online_since, devices.c.last_seen_at)
    silent = devices.c.online_since.is_not(None) & (devices.c.last_seen_at < heard.c.silent_before)
    names = ["organization_id", "device_id", "started_at", "ended_at"]
    statement = insert_into(unit, stretches).from_select(names, select(*columns).where(here, silent))
    return statement.on_conflict_do_nothing()
