"""An organization with many paired screens, put into a cloud's database before it is measured."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from cloud.accounts.tokens import Claims, fingerprint
from cloud.clock import SystemClock
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.screens.enlisting import TOKEN_LIFETIME
from cloud.services import Cloud
from vizora.identifiers import OrganizationId

ITEMS = 8
"""Of the one playlist that every screen shows: a manifest of some 5 kB."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Fleet:
    organization_id: str
    content_id: str
    tokens: tuple[str, ...]
    """Of the screens."""
    screens: tuple[str, ...]


def make_fleet(config: CloudConfig, organization_id: str, screens: int) -> Fleet:
    """Into an organization that there is already. Nobody else may use the data folder meanwhile."""
    cloud = Cloud(config, SystemClock())
    try:
        with cloud.database.write() as connection:
            unit = Unit(connection, cloud.clock.now(), OrganizationId(organization_id))
            content = _content(unit)
            made = _screens(cloud, unit, screens)
            unit.screens_may_change()
            connection.execute(
                update(tables.organizations)
                .where(tables.organizations.c.id == organization_id)
                .values(screen_quota=screens + 10, storage_quota=1 << 40)
            )
        return Fleet(organization_id, content[0], tuple(made.values()), tuple(made))
    finally:
        cloud.close()


def _content(unit: Unit) -> list[str]:
    content = [
        unit.create(
            tables.content,
            type="image", title=f"Poster number {n}", status="ready", sha256=secrets.token_hex(32),
            media_type="image/png", size=200_000 + n, width=1920, height=1080,
        )
        for n in range(ITEMS)
    ]  # fmt: skip
    playlist = unit.create(tables.playlists, name="Day", play_order="sequence", seed=1)
    unit.insert_many(
        tables.playlist_items,
        [
            {
                "id": new_id(), "playlist_id": playlist, "position": n, "content_id": id_, "duration_ms": 8000,
                "fit": "contain", "transition_kind": "cut", "transition_ms": 0,
            }
            for n, id_ in enumerate(content)
        ],
    )  # fmt: skip
    unit.create(
        tables.schedules,
        name="Always", playlist_id=playlist, target={"all": True}, priority=0, time_zone="device",
        recurrence={"kind": "always"},
    )  # fmt: skip
    return content


def _screens(cloud: Cloud, unit: Unit, screens: int) -> dict[str, str]:
    """Tokens by screen."""
    made: dict[str, str] = {}
    expires_at = unit.now + TOKEN_LIFETIME
    for start in range(0, screens, AT_ONCE):
        devices: list[dict[str, Any]] = []
        tokens: list[dict[str, Any]] = []
        for number in range(start, min(start + AT_ONCE, screens)):
            device_id, token_id = new_id(), new_id()
            token = cloud.device_tokens.issue(Claims(token_id, device_id, unit.organization_id, expires_at), unit.now)
            made[device_id] = token
            tokens.append(
                {
                    "id": token_id, "device_id": device_id, "token_hash": fingerprint(token), "created_at": unit.now,
                    "expires_at": expires_at,
                }
            )  # fmt: skip
            devices.append(
                {
                    "id": device_id, "created_at": unit.now, "updated_at": unit.now, "revision": 1,
                    "nickname": f"Screen {number}", "location": "", "time_zone": "Europe/Berlin", "power": [],
                    "paired_at": unit.now, "device_identifier": f"bench-{number}", "public_key": device_id,
                    "model": "Bench", "resolution": "1920x1080", "software_version": "1",
                }
            )  # fmt: skip
        for table, rows in ((tables.devices, devices), (tables.device_tokens, tokens)):
            own = [{**row, "organization_id": unit.organization_id} for row in rows]
            unit.connection.execute(insert(table), own)
    return made
