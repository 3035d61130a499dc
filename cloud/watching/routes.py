"""`GET /api/watch`: what a screen shows now and next, for a browser that shows it too.

It is the screen's own manifest and the evaluator's own answers. Nothing is stored or counted: who looks is no screen.
"""

import hashlib
from datetime import datetime

import msgspec
from starlette.responses import Response

from cloud.db import tables
from cloud.endpoints import Call, Endpoint, Reply
from cloud.principals import Access
from cloud.problems import invalid_field
from cloud.publishing.builder import build
from cloud.publishing.imagined import imagined
from cloud.publishing.library import load
from cloud.publishing.renewing import current
from cloud.rooms import Room
from cloud.watching.steps import Step, named, steps
from vizora.identifiers import ContentId, DeviceId
from vizora.manifest.codec import decode
from vizora.manifest.model import Asset, Instant, Manifest, Screen, Value
from vizora.schedule.evaluate import plan
from vizora.schedule.zones import zone_names


class Watched(Value, frozen=True):
    """`revision` changes when what is planned does. Without a screen it is for one that only `all` means."""

    at: Instant
    device_id: str | None
    time_zone: str
    revision: str
    screen: Screen
    steps: tuple[Step, ...]
    assets: dict[ContentId, Asset]


async def watch(call: Call) -> Response:
    device_id, now = call.query("deviceId"), call.cloud.clock.now()
    if device_id is None:
        zone = _zone(call.query("timeZone") or "UTC")
        manifest = await call.read(lambda unit: build(load(unit), imagined(unit, time_zone=zone), (), ()))
    else:
        await call.read(lambda unit: unit.find(tables.devices, device_id))
        row = await current(call.cloud, call.user.organization_id, DeviceId(device_id))
        manifest = decode(row["body"])
    answer = await call.think(lambda: _watched(manifest, device_id, now))
    return Reply(answer, headers={"Cache-Control": "private, no-store"}).response()


def _watched(manifest: Manifest, device_id: str | None, now: datetime) -> Watched:
    told = steps(plan(manifest), now)
    revision = hashlib.sha256(msgspec.json.encode(manifest)).hexdigest()[:16]
    return Watched(now, device_id, manifest.time_zone, revision, manifest.screen, told, named(manifest, told))


def _zone(name: str) -> str:
    if name not in zone_names():
        raise invalid_field("timeZone", "must be an IANA time zone, as in Europe/Berlin")
    return name


ROOM = Room(endpoints=(Endpoint("GET", "/api/watch", watch, Access.VIEWER),))
