"""`vizora cloud rotate-signing-key`: another key takes the place of the one that signs manifests.

First it is announced: manifests name both, the old one still signs. Then it changes over: manifests name the new one
alone and are signed by it, and the old one's private half is destroyed. A screen that missed the first step follows
the old key's handover, whenever it comes back (`vizora.manifest.handover`). Each step is one transaction.
"""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select, update

from cloud.clock import Clock
from cloud.db import tables
from cloud.db.database import Database
from cloud.publishing import signing_keys
from cloud.publishing.key_ring import knows, successor
from cloud.publishing.signing_keys import ALONE, Seal


@dataclass(frozen=True, slots=True)
class Announced:
    new: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing was changed: not every screen said yet that it has a manifest which names the new key."""

    new: str
    screens: tuple[str, ...]
    """Their names."""
    of: int


@dataclass(frozen=True, slots=True)
class ChangedOver:
    old: str
    new: str


def rotate(database: Database, seal: Seal, clock: Clock, *, at_once: bool) -> Announced | Waiting | ChangedOver:
    """The next step; `at_once`: both, whoever heard of the new key. Raises OperatorError when the keys don't open."""
    now = clock.now()
    with database.write(ALONE) as connection:
        ring = signing_keys.read(connection, seal)
        announced = ring.live[1].key.key_id if len(ring.live) > 1 else None
        if announced is None:
            made = successor(ring, secrets.token_bytes(32))
            signing_keys.add(connection, seal, made, now)
            _make_manifests_due(connection)
            if not at_once:
                return Announced(made.key.key_id)
            announced = made.key.key_id
        elif not at_once:
            screens, unaware = _unaware_of(connection, announced)
            if unaware:
                return Waiting(announced, unaware, screens)
        old = ring.live[0].key.key_id
        signing_keys.retire(connection, old, now)
        _make_manifests_due(connection)
    return ChangedOver(old, announced)


def _make_manifests_due(connection: Connection) -> None:
    organizations = tables.organizations
    connection.execute(update(organizations).values(generation=organizations.c.generation + 1))


def _unaware_of(connection: Connection, key_id: str) -> tuple[int, tuple[str, ...]]:
    """How many screens there are, and the names of those that did not say that they have a manifest with this key."""
    devices, manifests = tables.devices, tables.manifests
    screens = connection.execute(
        select(devices.c.nickname, devices.c.last_report, manifests.c.version, manifests.c.body)
        .select_from(devices.outerjoin(manifests, manifests.c.device_id == devices.c.id))
        .order_by(devices.c.nickname)
    ).mappings()
    every = [(row["nickname"], _has_heard(row, key_id)) for row in screens]
    return len(every), tuple(name for name, heard in every if not heard)


def _has_heard(screen: RowMapping, key_id: str) -> bool:
    reported = (screen["last_report"] or {}).get("manifestVersion")
    return screen["body"] is not None and knows(screen["body"], key_id) and reported == screen["version"]
