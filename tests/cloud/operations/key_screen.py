"""A screen that believes as a real one does: the cache's trust and, behind it, the player's, on a disk of its own."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cloud.device.reports import Report
from cloud.device.seen import Seen
from edge.cache.databases import open_db
from edge.cache.device_calls import Signed
from edge.cache.facts import Facts
from edge.cache.manifests import Manifests
from edge.cache.schema import events_migrations
from edge.identity import Credentials
from edge.paths import DevicePaths
from edge.player.following import Follower
from tests.cloud.house import House, Screen
from vizora.errors import TrustError
from vizora.identifiers import DeviceId
from vizora.manifest.model import Manifest

NOW = datetime(2026, 12, 1, tzinfo=UTC)


class KeyScreen:
    def __init__(self, screen: Screen, folder: Path) -> None:
        self.id, self._token = screen.id, screen.token
        self.paths = DevicePaths(folder / screen.id / "state", folder / screen.id / "run")
        self._credentials = Credentials(
            cloud_url="http://c", socket_url="ws://c", device_id=DeviceId(screen.id), device_token=screen.token,
            manifest_keys=screen.keys, paired_at=NOW,
        )  # fmt: skip
        self.paths.identity.mkdir(parents=True)
        self.paths.credentials.write_bytes(msgspec.json.encode(self._credentials))
        self._events = open_db(folder / screen.id / "events.db", events_migrations, synchronous="FULL")
        self.restart()

    def close(self) -> None:
        self._events.db.close()

    def restart(self) -> None:
        self.manifests = Manifests(Facts(self._events.db), self.paths.current_manifest, self._credentials)
        self._player = Follower(self.paths, lambda: NOW)

    def fetch(self, house: House, *, reads_handovers: bool = True) -> None:
        """Asks, takes and plays what it gets, and reports it. Raises TrustError."""
        etag = self.manifests.etag
        asked = {"If-None-Match": etag} if etag else {}
        answer = house.bearing(self._token).get("/api/device/manifest", headers=asked)
        if answer.status_code == 200:
            handovers = answer.headers.get("Vizora-Key-Handover", "") if reads_handovers else ""
            signature, etag = answer.headers["Vizora-Signature"], answer.headers["ETag"]
            self.take(Signed(answer.content, signature, etag, handovers))
        house.cloud.part(Seen).mark(DeviceId(self.id), Report(manifest_version=self.version))
        house.flush_seen()

    def take(self, signed: Signed) -> None:
        self.manifests.take(signed, NOW)
        self.manifests.switch()
        assert self.playing == self.version

    def refuses(self, signed: Signed) -> bool:
        before = self.version
        try:
            self.take(signed)
        except TrustError:
            assert self.playing == self.version == before
            return True
        return False

    @property
    def version(self) -> int | None:
        return None if self.manifests.current is None else self.manifests.current.version

    @property
    def schedules(self) -> int:
        return len(self._current.schedules)

    @property
    def trusted(self) -> list[str]:
        """As its manifest names them."""
        return [key.key_id for key in self._current.keys]

    @property
    def _current(self) -> Manifest:
        assert self.manifests.current is not None
        return self.manifests.current

    @property
    def playing(self) -> int | None:
        """What the player shows."""
        outlook = self._player.look()
        assert outlook.problem is None, outlook.problem
        return None if outlook.sequencer is None else outlook.sequencer.manifest.version
