"""Releases, rollouts and screens as the database has them, read into what the rules take."""

import logging
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select, update

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.updates.offering import Channel, Release, Screen, Window
from cloud.updates.rollout import SILENT_AFTER, Rollout, Tally, judged
from vizora.device_api import Outcome, UpdateReport
from vizora.schedule.zones import zone

log = logging.getLogger("vizora.cloud")


def live_releases(unit: Unit, board: str) -> list[Row]:
    """Those of a board that were not withdrawn."""
    releases = tables.releases
    return unit.rows(select(releases).where(releases.c.board == board, releases.c.withdrawn_at.is_(None)))


def release_of(row: Row) -> Release:
    return Release(
        id=row["id"],
        version=row["version"],
        board=row["board"],
        channel=Channel(row["channel"]),
        sha256=row["sha256"],
        size=row["size"],
        percent=rollout_of(row).percent,
        halted=row["halted_at"] is not None,
    )


def rollout_of(row: Row) -> Rollout:
    return Rollout(row["step"], row["step_since"], row["counted_since"], row["halted_at"], row["halted_why"])


def report_of(device: Row) -> UpdateReport | None:
    return update_of((device["last_report"] or {}).get("update"))


def update_of(said: Any) -> UpdateReport | None:
    """What a screen says of its system in a heartbeat; None for one that has no slots, or talks nonsense."""
    try:
        return msgspec.convert(said, UpdateReport | None)
    except msgspec.ValidationError:
        return None


def screen_of(unit: Unit, device: Row, organization: Row) -> Screen:
    report = report_of(device)
    return Screen(
        id=device["id"],
        channel=Channel(device["update_channel"] or organization["update_channel"]),
        window=Window(organization["update_window_start"], organization["update_window_end"]),
        zone=zone(device["time_zone"]),
        board=report.board if report else None,
        version=report.version if report else "",
        state=report.state if report else "",
        failed=_failed(unit, device["id"]),
    )


def judge(unit: Unit, release_id: str) -> None:
    """Halts or furthers a rollout, if it is time."""
    releases = tables.releases
    row = unit.row(select(releases).where(releases.c.id == release_id))
    if row is None or row["withdrawn_at"] is not None:
        return
    before = rollout_of(row)
    after = judged(before, tally(unit, release_id, before.counted_since), unit.now)
    if after != before:
        store(unit, release_id, after)
    if after.halted_at is not None and before.halted_at is None:
        log.error("the rollout of %s for %s is halted: %s", row["version"], row["board"], after.halted_why)


def halted_rollouts(unit: Unit) -> int:
    releases = tables.releases
    halted = releases.c.halted_at.is_not(None), releases.c.withdrawn_at.is_(None)
    return unit.connection.execute(select(func.count()).where(*halted)).scalar_one()


def judge_all(unit: Unit) -> None:
    releases = tables.releases
    for id_ in unit.connection.scalars(select(releases.c.id).where(releases.c.withdrawn_at.is_(None))).all():
        judge(unit, id_)


def store(unit: Unit, release_id: str, rollout: Rollout) -> None:
    releases = tables.releases
    unit.connection.execute(
        update(releases)
        .where(releases.c.id == release_id)
        .values(
            step=rollout.step,
            step_since=rollout.since,
            counted_since=rollout.counted_since,
            halted_at=rollout.halted_at,
            halted_why=rollout.halted_why[:300],
        )
    )


def tally(unit: Unit, release_id: str, since: datetime) -> Tally:
    """Of the screens of all organizations."""
    updates = tables.device_updates
    of_it = (updates.c.release_id == release_id, updates.c.at >= since)
    query = select(updates.c.outcome, func.count(), func.max(updates.c.at)).where(*of_it).group_by(updates.c.outcome)
    found = {outcome: (count, last) for outcome, count, last in unit.connection.execute(query)}
    silent = (*of_it, updates.c.outcome == Outcome.TAKEN, updates.c.at <= unit.now - SILENT_AFTER)
    lost, last_lost = unit.connection.execute(select(func.count(), func.max(updates.c.at)).where(*silent)).one()
    bad = [found[outcome] for outcome in (Outcome.FELL_BACK, Outcome.REFUSED) if outcome in found]
    instants = [last for _, last in bad] + ([last_lost + SILENT_AFTER] if lost else [])
    return Tally(
        took=sum(count for count, _ in found.values()),
        fell_back=found.get(Outcome.FELL_BACK, (0, None))[0],
        refused=found.get(Outcome.REFUSED, (0, None))[0],
        silent=lost,
        last_trouble_at=max(instants, default=None),
    )


def _failed(unit: Unit, device_id: str) -> frozenset[str]:
    updates, releases = tables.device_updates, tables.releases
    query = (
        unit.select(updates, releases.c.version)
        .join(releases, releases.c.id == updates.c.release_id)
        .where(updates.c.device_id == device_id, updates.c.outcome.in_((Outcome.FELL_BACK, Outcome.REFUSED)))
    )
    return frozenset(unit.connection.scalars(query))
