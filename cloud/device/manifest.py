"""`GET /api/device/manifest`: the signed manifest, its ETag, 304 when the screen has it already."""

from functools import partial

from starlette.responses import Response

from cloud.db.unit import Row, Unit
from cloud.device.seen import Seen
from cloud.endpoints import Call
from cloud.problems import Problem, signed_out
from cloud.publishing.issuing import issue, stored
from cloud.publishing.progress import mark_sent, waits
from cloud.publishing.signer import Signer
from cloud.services import Cloud
from vizora.device_api import SIGNATURE_HEADER
from vizora.identifiers import DeviceId, OrganizationId


async def manifest(call: Call) -> Response:
    call.cloud.part(Seen).mark(call.device.id)
    row = await current(call.cloud, call.device.organization_id, call.device.id)
    headers = {"ETag": row["etag"], SIGNATURE_HEADER: row["signature"], "Cache-Control": "private, no-cache"}
    await _mark_sent(call, row["version"])
    if row["etag"] in [part.strip() for part in call.request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(row["body"], headers=headers, media_type="application/json")


async def current(cloud: Cloud, organization_id: OrganizationId, device_id: DeviceId) -> Row:
    """The manifest row of this screen, brought up to date. Raises Problem 401 when the screen was removed meanwhile."""
    row, fresh = await cloud.read(lambda unit: stored(unit, device_id), organization_id)
    if row is None or not fresh:
        row = await cloud.write(partial(_renew, cloud.part(Signer), device_id), organization_id)
    return row


def _renew(signer: Signer, device_id: DeviceId, unit: Unit) -> Row:
    found = bool(issue(unit, signer, [device_id]))
    row, _ = stored(unit, device_id)
    if row is not None:
        return row
    raise Problem(500, "SERVER_001", "No manifest could be built.") if found else signed_out()


async def _mark_sent(call: Call, version: int) -> None:
    if await call.read(lambda unit: waits(unit, call.device.id)):
        await call.write(lambda unit: mark_sent(unit, call.device.id, version))
