"""The newest picture of what is on the glass, one a screen: `POST /api/device/screenshot`, shown to its people."""

import hashlib

from starlette.responses import Response

from cloud.content.receive import arriving
from cloud.content.storage import NotStored, Storage, file_key
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.problems import Problem, not_found
from cloud.shares import Shares

MOST_BYTES = 8 * 1024 * 1024
AT_ONCE = 1
"""Of a screen's pictures, which are gathered in memory, however many it sends and however slowly."""
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Screenshots:
    """In the store of files, called by the screen's id, which the server made."""

    def __init__(self, storage: Storage, *, at_once: int = AT_ONCE) -> None:
        self._storage = storage
        self.shares = Shares(at_once)

    def store(self, device_id: str, picture: bytes) -> None:
        """Raises StorageFull or StorageBroken; then the earlier picture stays."""
        self._storage.put_bytes(_key(device_id), picture)

    def read(self, device_id: str) -> bytes | None:
        try:
            return b"".join(self._storage.open(_key(device_id)))
        except NotStored:
            return None


def _key(device_id: str) -> str:
    return file_key(hashlib.sha256(device_id.encode()).hexdigest(), device_id)


def media_type(picture: bytes | bytearray) -> str | None:
    """By its first bytes, whatever its sender says; None for what is no PNG or JPEG."""
    return next((kind for start, kind in SIGNATURES.items() if picture.startswith(start)), None)


async def upload(call: Call) -> Response:
    screenshots, device_id = call.cloud.part(Screenshots), call.device.id
    async with screenshots.shares.of(device_id):
        picture = await _gathered(call)
        await call.cloud.outside(lambda: screenshots.store(device_id, picture))
    await call.write(lambda unit: _note(unit, device_id))
    return Response(status_code=204)


async def _gathered(call: Call) -> bytes:
    """Raises Problem 413, 415; 408 when it comes too slowly."""
    picture = bytearray()
    async for part in arriving(call):
        picture += part
        if len(picture) > MOST_BYTES:
            raise Problem(413, "CONTENT_002", f"A screenshot has at most {MOST_BYTES} bytes.")
    if media_type(picture) is None:
        raise Problem(415, "CONTENT_003", "A screenshot is a PNG or a JPEG picture.")
    return bytes(picture)


async def show(call: Call) -> Response:
    await call.read(lambda unit: unit.find(tables.devices, call.id))
    picture = await call.cloud.outside(lambda: call.cloud.part(Screenshots).read(call.id))
    kind = media_type(picture) if picture else None
    if picture is None or kind is None:
        raise not_found()
    return Response(picture, media_type=kind, headers={"Cache-Control": "private, no-cache"})


def _note(unit: Unit, device_id: str) -> None:
    unit.note(tables.devices, device_id, screenshot_at=unit.now)
    unit.tell("device:screenshot", {"deviceId": device_id})
