"""Periodic work: what has had its time is deleted, so that a cloud that runs for years stays small."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Column, delete

from cloud.attempts import KEEP
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.device.logs import KEPT as DEVICE_LOGS_KEPT
from cloud.jobs.job import Job, Kind, Outcome
from cloud.rooms import Room
from cloud.services import Cloud

EVERY = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT: Mapping[Column[datetime], timedelta] = {
    tables.pairings.c.expires_at: DAY,
    tables.pairing_codes.c.expires_at: DAY,
    tables.enrolment_tokens.c.expires_at: 30 * DAY,
    tables.sessions.c.expires_at: DAY,
    tables.password_resets.c.expires_at: DAY,
    tables.sign_ons.c.expires_at: DAY,
    tables.invitations.c.expires_at: 30 * DAY,
    tables.device_tokens.c.expires_at: 30 * DAY,
    tables.commands.c.expires_at: 30 * DAY,
    tables.device_logs.c.created_at: DEVICE_LOGS_KEPT,
    tables.idempotency_keys.c.created_at: 7 * DAY,
    tables.attempts.c.at: KEEP,
    tables.online_stretches.c.ended_at: 400 * DAY,
    tables.jobs.c.given_up_at: 30 * DAY,
}
"""How long a row is kept after this instant of it. Plays, audit logs and content are never deleted here."""


def tidy(unit: Unit) -> dict[str, int]:
    """Deletes, of all organizations, what is older than it has to be; how many rows of each table."""
    return {
        at.table.name: unit.connection.execute(delete(at.table).where(at < unit.now - kept)).rowcount
        for at, kept in KEPT.items()
    }


async def tidying(_: Cloud, __: Job) -> Outcome:
    def outcome(unit: Unit) -> None:
        tidy(unit)

    return outcome


ROOM = Room(jobs=lambda _: (Kind("tidy", tidying, every=EVERY),))
