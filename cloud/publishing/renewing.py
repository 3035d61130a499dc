"""The manifest of a screen, up to date. Screens that ask at the same time are served by one transaction: after a
publication, or when everybody comes back at once, they are thousands."""

import asyncio
from dataclasses import dataclass, field

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.problems import Problem, signed_out
from cloud.publishing.issuing import issue, stored
from cloud.publishing.key_ring import Signature
from cloud.publishing.signer import Signer
from cloud.services import Cloud
from vizora.identifiers import DeviceId, OrganizationId

MOST_AT_ONCE = 500


@dataclass(slots=True, eq=False)
class Batch:
    """Screens of one organization whose manifests are written together."""

    screens: set[DeviceId] = field(default_factory=set)
    rows: "asyncio.Task[dict[DeviceId, Row]] | None" = None


class Renewing:
    """Belongs to the event loop."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._open: dict[OrganizationId, Batch] = {}
        """What can still be joined."""
        self._turn = asyncio.Lock()
        """While one batch is being written, the next one gathers."""

    async def renew(self, organization_id: OrganizationId, device_id: DeviceId) -> Row:
        """Raises Problem 401 when the screen was removed, 500 when no manifest could be built for it."""
        batch = self._open.setdefault(organization_id, Batch())
        batch.screens.add(device_id)
        if batch.rows is None:
            batch.rows = asyncio.create_task(self._write(organization_id, batch))
        if len(batch.screens) >= MOST_AT_ONCE:
            self._close(organization_id, batch)
        row = (await asyncio.shield(batch.rows)).get(device_id)
        if row is not None:
            return row
        there = await self._cloud.read(lambda unit: unit.get(tables.devices, device_id), organization_id)
        raise signed_out() if there is None else Problem(500, "SERVER_001", "No manifest could be built.")

    async def _write(self, organization_id: OrganizationId, batch: Batch) -> dict[DeviceId, Row]:
        async with self._turn:
            self._close(organization_id, batch)
            return await self._cloud.write(lambda unit: _renew(unit, batch.screens), organization_id)

    def _close(self, organization_id: OrganizationId, batch: Batch) -> None:
        if self._open.get(organization_id) is batch:
            del self._open[organization_id]


def _renew(unit: Unit, screens: set[DeviceId]) -> dict[DeviceId, Row]:
    issue(unit, screens)
    manifests = tables.manifests
    rows = unit.rows(unit.select(manifests).where(manifests.c.device_id.in_(screens)))
    return {DeviceId(row["device_id"]): row for row in rows}


async def current(cloud: Cloud, organization_id: OrganizationId, device_id: DeviceId) -> Row:
    """The manifest row of this screen, brought up to date. Raises Problem 401 when the screen was removed meanwhile."""
    row, fresh = await cloud.read(lambda unit: stored(unit, device_id), organization_id)
    if row is None or not fresh:
        return await cloud.part(Renewing).renew(organization_id, device_id)
    return row


async def current_signed(cloud: Cloud, organization_id: OrganizationId, device_id: DeviceId) -> tuple[Row, Signature]:
    """The same, and its signature. Raises Problem 401 when the screen was removed, 500 when nothing could be made."""
    signer = cloud.part(Signer)
    for _ in range(2):  # the key may be replaced in between, and with it every manifest is due
        row = await current(cloud, organization_id, device_id)
        signature = await signer.sign(row["body"])
        if signature is not None:
            return row, signature
    raise Problem(500, "SERVER_001", "No manifest could be signed.")
