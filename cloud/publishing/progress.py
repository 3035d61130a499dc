"""How far an override has come on its screens: told when the manifest left, then as the screen reports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from cloud.db import tables
from cloud.db.given import among, given
from cloud.db.unit import Event, Unit

TYPE = "publish:progress"


@dataclass(frozen=True, slots=True)
class Sent:
    """A manifest that left for its screen."""

    version: int
    at: datetime


def mark_sent(unit: Unit, sent: Mapping[str, Sent]) -> list[Event]:
    """Manifests that were sent, of screens of any organization, by screen. Returns what is to be told of it: after the
    commit, and not all at once, for it may be thousands."""
    table = tables.override_screens
    waiting = among(unit, table.c.device_id, sent), table.c.sent_at.is_(None)
    columns = (table.c.organization_id, table.c.override_id, table.c.device_id, table.c.manifest_version)
    found = [
        row
        for row in unit.rows(select(*columns).where(*waiting))
        if (row["manifest_version"] or 0) <= sent[row["device_id"]].version
    ]
    if found:
        left = given(
            unit,
            (table.c.override_id, table.c.device_id, table.c.sent_at),
            [(row["override_id"], row["device_id"], sent[row["device_id"]].at) for row in found],
        )
        here = (table.c.override_id == left.c.override_id, table.c.device_id == left.c.device_id)
        unit.connection.execute(update(table).where(*here).values(sent_at=left.c.sent_at))
    return [Event(row["organization_id"], TYPE, _told(row["override_id"], row["device_id"], "sent")) for row in found]


def mark_downloaded(unit: Unit, device_id: str, version: int) -> None:
    """The screen plays a manifest of this version: everything it names is there."""
    _mark(unit, device_id, "downloaded_at", tables.override_screens.c.manifest_version <= version, unit.now)


def mark_shown(unit: Unit, device_id: str, playlist_id: str, at: datetime) -> None:
    """Something of this playlist was on the glass at `at` without a schedule: it was an override's."""
    overrides, zones = tables.overrides, tables.layout_zones
    layouts = unit.select(zones, zones.c.layout_id).where(zones.c.playlist_id == playlist_id)
    own = unit.select(overrides, overrides.c.id).where(
        or_(overrides.c.playlist_id == playlist_id, overrides.c.id == playlist_id, overrides.c.layout_id.in_(layouts)),
        overrides.c.starts_at <= at,
    )
    _mark(unit, device_id, "shown_at", tables.override_screens.c.override_id.in_(own), at)


def mark_override_shown(unit: Unit, device_id: str, override_id: str, at: datetime) -> None:
    """The screen says that this override is on its glass."""
    _mark(unit, device_id, "shown_at", tables.override_screens.c.override_id == override_id, at)


def waits(unit: Unit, device_id: str) -> bool:
    """Whether anything of this screen is still on its way, so that a report is worth a write."""
    table = tables.override_screens
    missing = or_(table.c.sent_at.is_(None), table.c.downloaded_at.is_(None), table.c.shown_at.is_(None))
    return unit.row(unit.select(table, table.c.override_id).where(table.c.device_id == device_id, missing)) is not None


def _mark(unit: Unit, device_id: str, column: str, which: object, at: datetime) -> None:
    table = tables.override_screens
    here = (table.c.device_id == device_id, which, table.c[column].is_(None))
    found = unit.rows(unit.select(table, table.c.override_id).where(*here))  # type: ignore[arg-type]
    if not found:
        return
    unit.connection.execute(unit.update(table).where(*here).values({column: at}))  # type: ignore[arg-type]
    for row in found:
        state = {"downloaded_at": "downloaded", "shown_at": "onGlass"}[column]
        told = _told(row["override_id"], device_id, state)
        if state == "onGlass":
            begun = unit.find(tables.overrides, row["override_id"])["starts_at"]
            told["afterMs"] = max(0, round((at - begun).total_seconds() * 1000))
        unit.tell(TYPE, told)


def _told(override_id: str, device_id: str, state: str) -> dict[str, Any]:
    return {"publishId": override_id, "deviceId": device_id, "state": state}
