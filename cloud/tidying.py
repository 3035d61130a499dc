"""Periodic work: what has had its time is deleted, so that a cloud that runs for years stays small."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import Column, delete

from cloud.attempts import KEEP
from cloud.background import in_background
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.device.logs import KEPT as DEVICE_LOGS_KEPT
from cloud.rooms import Room
from cloud.services import Cloud

EVERY_S = 3600.0
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
}
"""How long a row is kept after this instant of it. Plays, audit logs and content are never deleted here."""


def tidy(unit: Unit) -> dict[str, int]:
    """Deletes, of all organizations, what is older than it has to be; how many rows of each table."""
    return {
        at.table.name: unit.connection.execute(delete(at.table).where(at < unit.now - kept)).rowcount
        for at, kept in KEPT.items()
    }


@asynccontextmanager
async def tidying(cloud: Cloud) -> AsyncIterator[None]:
    async def turn() -> None:
        await asyncio.sleep(EVERY_S)
        await cloud.write(tidy)

    async with in_background(turn, "tidying up"):
        yield


ROOM = Room(work=tidying)
