"""Manifests that screens fetched, kept in memory: whether there is news is then told without asking the database.

Only where one process is the whole cloud. Of what another process commits this one hears a moment later, and a screen
that was nudged there and asks here would be told that nothing is new.
"""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass

from cloud.db.unit import Row, Told
from cloud.publishing.key_ring import Signature
from cloud.services import Cloud
from vizora.identifiers import DeviceId, OrganizationId

MOST_BODY_BYTES = 16 * 1024 * 1024
"""Of all bodies together; of the others only what a 304 needs is known."""


@dataclass(frozen=True, slots=True)
class Known:
    etag: str
    signature: Signature


class KnownManifests:
    """Belongs to the event loop."""

    def __init__(self, cloud: Cloud) -> None:
        self._alone = cloud.config.embedded
        self._organizations: dict[OrganizationId, dict[DeviceId, Known]] = defaultdict(dict)
        self._bodies: OrderedDict[DeviceId, tuple[str, bytes]] = OrderedDict()
        self._body_bytes = 0
        self.changes = 0
        """How many changes were heard of: what was read before the last one may be old."""
        cloud.after_commit.append(self._hear)

    def find(self, organization_id: OrganizationId, device_id: DeviceId) -> Known | None:
        return self._organizations.get(organization_id, {}).get(device_id)

    def body(self, device_id: DeviceId, known: Known) -> bytes | None:
        etag, body = self._bodies.get(device_id, ("", b""))
        return body if etag == known.etag else None

    def keep(self, row: Row, signature: Signature, *, changes: int) -> None:
        """A row of `manifests` that was up to date when `changes` was looked at, and says so if it still is."""
        if not self._alone or changes != self.changes:
            return
        device_id = DeviceId(row["device_id"])
        self._organizations[row["organization_id"]][device_id] = Known(row["etag"], signature)
        self._body_bytes += len(row["body"]) - len(self._bodies.pop(device_id, ("", b""))[1])
        self._bodies[device_id] = (row["etag"], row["body"])
        while self._body_bytes > MOST_BODY_BYTES:
            _, (_, oldest) = self._bodies.popitem(last=False)
            self._body_bytes -= len(oldest)

    def _hear(self, told: Told) -> None:
        for organization_id in told.organizations:
            self.changes += 1
            self._organizations.pop(organization_id, None)
