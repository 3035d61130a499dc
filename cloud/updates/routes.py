"""Updates of the screens' systems: what a screen is offered, its bytes, and what people see of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from starlette.responses import Response

from cloud.content.serving import send_stored
from cloud.content.storage import file_key
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.jobs.job import Job, Kind, Outcome
from cloud.principals import Access
from cloud.problems import content_not_found
from cloud.rooms import Room
from cloud.services import Cloud
from cloud.updates import rows
from cloud.updates.bundles import Bundles, bundles_of
from cloud.updates.offering import Answer, Why, what_to_offer
from cloud.wire import instant
from vizora.device_api import UpdateOffer

EVERY = timedelta(minutes=5)
MEDIA_TYPE = "application/octet-stream"


def offer(call: Call, unit: Unit) -> Reply:
    """204 when there is nothing for it now; a screen asks again before it installs."""
    device = unit.find(tables.devices, call.device.id)
    answer = _answer(unit, device, asked=call.query("asked") == "true")
    if answer.why is not Why.OFFERED or answer.release is None:
        return Reply(status=204)
    release = answer.release
    return Reply(UpdateOffer(release.version, release.sha256, release.size))


async def send_bundle(call: Call) -> Response:
    """Of a release that is for this screen's board, as long as it is neither halted nor withdrawn."""

    def look_up(unit: Unit) -> Row:
        releases = tables.releases
        report = rows.report_of(unit.find(tables.devices, call.device.id))
        found = unit.row(
            select(releases)
            .where(releases.c.sha256 == call.param("sha256"), releases.c.board == (report.board if report else ""))
            .where(releases.c.withdrawn_at.is_(None), releases.c.halted_at.is_(None))
        )
        if found is None:
            raise content_not_found()
        return found

    release = await call.read(look_up)
    storage, sha256 = call.cloud.part(Bundles).storage, release["sha256"]
    key = file_key(sha256, release["id"])
    return await send_stored(
        call, storage, key, etag=sha256, media_type=MEDIA_TYPE, size=release["size"], name=f"{sha256}.raucb"
    )


def show(call: Call, unit: Unit) -> Reply:
    device = unit.find(tables.devices, call.id)
    report = rows.report_of(device)
    answer = _answer(unit, device)
    return Reply(
        {
            "deviceId": device["id"],
            "board": report.board if report else None,
            "version": report.version if report else None,
            "slot": report.slot if report else None,
            "state": report.state if report else None,
            "fellBack": report.fell_back if report else None,
            "doing": report.doing[:300] if report else "",
            "channel": device["update_channel"] or unit.organization()["update_channel"],
            "why": answer.why,
            "newest": answer.release.version if answer.release else None,
            "last": _last(unit, device["id"]),
        }
    )


def _answer(unit: Unit, device: Row, *, asked: bool = False) -> Answer:
    screen = rows.screen_of(unit, device, unit.organization())
    releases = [rows.release_of(row) for row in rows.live_releases(unit, screen.board or "")]
    return what_to_offer(screen, releases, unit.now, asked=asked)


def _last(unit: Unit, device_id: str) -> dict[str, Any] | None:
    updates, releases = tables.device_updates, tables.releases
    columns = releases.c.version, updates.c.outcome, updates.c.why, updates.c.at
    found = unit.row(
        unit.select(updates, *columns)
        .join(releases, releases.c.id == updates.c.release_id)
        .where(updates.c.device_id == device_id)
        .order_by(updates.c.at.desc())
        .limit(1)
    )
    return None if found is None else {**found, "at": instant(found["at"])}


async def judging(_: Cloud, __: Job) -> Outcome:
    return rows.judge_all


ROOM = Room(
    endpoints=(
        Endpoint("GET", "/api/device/update", offer, Access.DEVICE),
        Endpoint("GET", "/api/device/updates/{sha256}", send_bundle, Access.DEVICE),
        Endpoint("GET", "/api/devices/{id}/update", show, Access.VIEWER),
    ),
    parts=lambda cloud: (bundles_of(cloud.config),),
    jobs=lambda _: (Kind("rollouts", judging, every=EVERY),),
)
