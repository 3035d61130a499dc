"""`GET /api/device/manifest`: the signed manifest, its ETag, 304 when the screen has it already.

`GET /api/devices/{id}/manifest` is the same answer for whoever carries it to a screen without a network.
"""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud.accounts.authentication import remembered_device
from cloud.db import tables
from cloud.db.unit import Row
from cloud.device.known import Known, KnownManifests
from cloud.device.seen import Seen
from cloud.endpoints import Call
from cloud.publishing.key_ring import Signature
from cloud.publishing.renewing import current_signed
from cloud.requests import ROUTE
from cloud.services import Cloud
from vizora.device_api import HANDOVER_HEADER, SIGNATURE_HEADER
from vizora.identifiers import DeviceId

PATH = "/api/device/manifest"
CACHING = "private, no-cache"


async def manifest(call: Call) -> Response:
    known = call.cloud.part(KnownManifests)
    changes = known.changes
    row, signature = await current_signed(call.cloud, call.device.organization_id, call.device.id)
    known.keep(row, signature, changes=changes)
    call.cloud.part(Seen).mark(call.device.id, sent=row["version"])
    return _answer(call, row, signature)


async def manifest_to_carry(call: Call) -> Response:
    """It says nothing of the screen: neither that it was seen, nor that it has got anything."""
    await call.read(lambda unit: unit.find(tables.devices, call.id))
    row, signature = await current_signed(call.cloud, call.user.organization_id, DeviceId(call.id))
    return _answer(call, row, signature)


def _answer(call: Call, row: Row, signature: Signature) -> Response:
    headers = {"ETag": row["etag"], **_signed(signature), "Cache-Control": CACHING}
    if _has(row["etag"], call.request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(row["body"], headers=headers, media_type="application/json")


class KnownFirst:
    """Answers as `manifest` would what is in memory, before any route is looked for: ten thousand screens that ask
    each minute are most of what a cloud has to do. Whatever is not simple goes on to `manifest`."""

    def __init__(self, app: ASGIApp, *, cloud: Cloud) -> None:
        self._app = app
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        asked = dict(reversed(scope["headers"]))  # of a header that comes twice, the first counts
        device = remembered_device(self._cloud, asked.get(b"authorization", b"").decode("latin-1"))
        known = self._cloud.part(KnownManifests)
        found = None if device is None else known.find(device.organization_id, device.id)
        if device is None or found is None:
            await self._app(scope, receive, send)
            return
        unchanged = _has(found.etag, asked.get(b"if-none-match", b"").decode("latin-1"))
        body = b"" if unchanged else known.body(device.id, found)
        if body is None:
            await self._app(scope, receive, send)
            return
        self._cloud.part(Seen).mark(device.id)
        scope[ROUTE] = PATH
        await send(_start(found, None if unchanged else body))
        await send({"type": "http.response.body", "body": body})


def _start(known: Known, body: bytes | None) -> dict[str, object]:
    headers = [
        (b"etag", known.etag.encode()),
        *((name.lower().encode(), value.encode()) for name, value in _signed(known.signature).items()),
        (b"cache-control", CACHING.encode()),
    ]
    if body is None:
        return {"type": "http.response.start", "status": 304, "headers": headers}
    sized = (b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")
    return {"type": "http.response.start", "status": 200, "headers": [*headers, *sized]}


def _signed(signature: Signature) -> dict[str, str]:
    handovers = {HANDOVER_HEADER: signature.handovers} if signature.handovers else {}
    return {SIGNATURE_HEADER: signature.signature, **handovers}


def _has(etag: str, asked: str) -> bool:
    """Whether an `If-None-Match` names it (RFC 9110 section 13.1.2)."""
    return etag in [part.strip() for part in asked.split(",")]
