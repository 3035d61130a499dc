"""A device's manifests on its disk, to be restarted, paired anew and damaged."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.cache.databases import open_db
from edge.cache.device_calls import Signed
from edge.cache.facts import Facts
from edge.cache.manifests import Manifests
from edge.cache.schema import events_migrations
from edge.identity import Credentials
from tests.fakes.device_cloud import DEVICE_ID, SigningKey, manifest
from vizora.identifiers import DeviceId
from vizora.manifest.model import Key

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
K1, K2 = SigningKey("k1", b"one"), SigningKey("k2", b"two")


def credentials(paired_at: datetime = NOW, device_id: str = DEVICE_ID, key: SigningKey = K1) -> Credentials:
    return Credentials(
        cloud_url="http://c",
        socket_url="ws://c",
        device_id=DeviceId(device_id),
        device_token="t",
        manifest_keys=(msgspec.convert(key.public, Key),),
        paired_at=paired_at,
    )


class Shelf:
    """A device's folder that may be restarted, paired anew and damaged."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "manifest" / "current"
        self.opened = open_db(folder / "events.db", events_migrations, synchronous="FULL")
        self.facts = Facts(self.opened.db)
        self.credentials = credentials()
        self.restart()

    def restart(self, paired: Credentials | None = None) -> None:
        self.credentials = paired or self.credentials
        self.manifests = Manifests(self.facts, self.path, self.credentials)

    def take(self, version: int, key: SigningKey = K1, switch: bool = True, handovers: str = "", **fields: Any) -> None:
        body = json.dumps(manifest(version, {}, **fields)).encode()
        self.manifests.take(Signed(body, key.sign(body), f'"{version}"', handovers), NOW)
        if switch:
            self.manifests.switch()

    def lose_what_plays(self) -> None:
        for path in (self.path, self.path.with_name("spare")):
            path.unlink()

    def versions(self) -> tuple[int | None, int | None]:
        """Current, wanted."""
        current, wanted = self.manifests.current, self.manifests.wanted
        return (current.version if current else None, wanted.version if wanted else None)


K3 = SigningKey("k3", b"three")
