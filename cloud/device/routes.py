"""The device's side of the API: only device tokens open it."""

from collections.abc import Iterable
from datetime import timedelta

from cloud.accounts.authentication import check_still_good
from cloud.content.parts import store_of
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.device import logs
from cloud.device.known import KnownManifests
from cloud.device.leaving import leave
from cloud.device.manifest import PATH, manifest, manifest_to_carry
from cloud.device.plays import plays
from cloud.device.screenshots import Screenshots, show, upload
from cloud.device.seen import Seen, writing
from cloud.endpoints import Call, Endpoint, Reply
from cloud.principals import Access
from cloud.rooms import Room
from cloud.screens.enlisting import new_token
from cloud.services import Cloud
from vizora.device_api import LogReport, PlaysReport

KEEP_OLD = timedelta(days=1)


def renew_token(call: Call, unit: Unit) -> Reply:
    """A new token; the old one goes on for a day, in case this answer is lost."""
    check_still_good(unit, call.device)
    tokens = tables.device_tokens
    soon = unit.now + KEEP_OLD
    unit.connection.execute(
        unit.update(tokens)
        .where(tokens.c.id == call.device.token_id, tokens.c.expires_at > soon)
        .values(expires_at=soon)
    )
    return Reply({"deviceToken": new_token(call.cloud, unit, call.device.id)})


def parts(cloud: Cloud) -> Iterable[object]:
    yield Seen(cloud)
    yield KnownManifests(cloud)
    yield Screenshots(store_of(cloud.config, "screenshots/", cloud.config.data_dir / "screenshots"))


ROOM = Room(
    endpoints=(
        Endpoint("DELETE", "/api/device", leave, Access.DEVICE),
        Endpoint("GET", PATH, manifest, Access.DEVICE),
        Endpoint("POST", "/api/device/logs", logs.take, Access.DEVICE, LogReport),
        Endpoint("POST", "/api/device/plays", plays, Access.DEVICE, PlaysReport),
        Endpoint("POST", "/api/device/screenshot", upload, Access.DEVICE),
        Endpoint("POST", "/api/device/token", renew_token, Access.DEVICE),
        Endpoint("GET", "/api/devices/{id}/manifest", manifest_to_carry, Access.MANAGER),
        Endpoint("GET", "/api/devices/{id}/logs", logs.show, Access.VIEWER),
        Endpoint("GET", "/api/devices/{id}/screenshot", show, Access.VIEWER),
    ),
    parts=parts,
    work=writing,
)
