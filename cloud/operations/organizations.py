"""`vizora cloud organization`: what each one has and may have, and what was agreed with it by hand.

What people buy sets their quota by itself (`cloud.billing`). Whoever runs the cloud for themselves, or sells it without
Stripe, sets it here: the tier is `enterprise` from then on, which no message of Stripe's changes.
"""

import re
from pathlib import Path

import msgspec
from sqlalchemy import func, select, update

from cloud.audit.log import write_down
from cloud.billing.tiers import Tier
from cloud.clock import Clock
from cloud.db import tables
from cloud.db.database import Database
from cloud.db.unit import Row, Unit
from cloud.operations import snapshot
from vizora.errors import OperatorError
from vizora.identifiers import OrganizationId

UNITS = {"": 1, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
MOST_SCREENS = 1_000_000
MOST_BYTES = 1024**5


class Told(msgspec.Struct, frozen=True, rename="camel"):
    """An organization as `list` tells it."""

    slug: str
    name: str
    tier: str
    screens: int
    screen_quota: int
    storage: int
    """Bytes."""
    storage_quota: int


def screens(text: str) -> int:
    """Raises OperatorError."""
    if text.isascii() and text.isdigit() and int(text) <= MOST_SCREENS:
        return int(text)
    raise OperatorError(f"{text!r} is no number of screens; allowed: 0 to {MOST_SCREENS:,}, as in 2000")


def size(text: str) -> int:
    """Bytes, of `500GB` as of `536870912000`. Raises OperatorError."""
    found = re.fullmatch(r"(\d{1,16})\s*(|MB|GB|TB)", text.strip(), re.ASCII | re.IGNORECASE)
    bytes_ = int(found[1]) * UNITS[found[2].upper()] if found else -1
    if not 0 <= bytes_ <= MOST_BYTES:
        raise OperatorError(f"{text!r} is no size; allowed: bytes, or MB, GB or TB, as in 500GB (at most 1024TB)")
    return bytes_


def agree(database: Database, clock: Clock, slug: str, *, screens: int | None, storage: int | None) -> Told:
    """Sets what is given; screens and files that are there stay. Raises OperatorError."""
    table = tables.organizations
    with database.write() as connection:
        unit = Unit(connection, clock.now())
        row = unit.row(select(table).where(table.c.slug == slug).with_for_update())
        if row is None:
            raise OperatorError(f"there is no organization {slug!r}: `vizora cloud organization list` names them")
        values = {"screen_quota": screens, "storage_quota": storage}
        unit.connection.execute(
            update(table)
            .where(table.c.id == row["id"])
            .values(
                tier=Tier.ENTERPRISE.value,
                updated_at=unit.now,
                revision=table.c.revision + 1,
                **{name: value for name, value in values.items() if value is not None},
            )
        )
        own = unit.within(OrganizationId(row["id"]))
        nobody = {"user_id": None, "user_email": None}  # whoever runs the cloud is none of its people
        write_down(own, "billing.tier", subject=row["id"], ip=None, **nobody)
        changed = unit.row(select(table).where(table.c.id == row["id"]))
        assert changed is not None
        return _told(own, changed)


def listing(picture: Path, clock: Clock) -> list[Told]:
    """By name; of a picture of the database, which may be taken while the cloud runs."""
    with snapshot.as_database(picture) as database, database.read() as connection:
        unit = Unit(connection, clock.now())
        every = unit.rows(select(tables.organizations).order_by(tables.organizations.c.name))
        return [_told(unit.within(OrganizationId(row["id"])), row) for row in every]


def sentence(told: Told) -> str:
    """As in `big-co-1a2b3c4d (Big Co, enterprise): 12 of 2,000 screens, 1.5 of 500.0 GB`."""
    gigabytes = f"{told.storage / UNITS['GB']:,.1f} of {told.storage_quota / UNITS['GB']:,.1f} GB"
    return f"{told.slug} ({told.name}, {told.tier}): {told.screens:,} of {told.screen_quota:,} screens, {gigabytes}"


def _told(unit: Unit, row: Row) -> Told:
    devices, files = tables.devices, tables.content_files
    count = unit.connection.scalar(unit.select(devices, func.count()))
    stored = unit.connection.scalar(unit.select(files, func.coalesce(func.sum(files.c.size), 0)))
    return Told(
        slug=row["slug"], name=row["name"], tier=row["tier"],
        screens=count or 0, screen_quota=row["screen_quota"],
        storage=int(stored or 0), storage_quota=row["storage_quota"],
    )  # fmt: skip
