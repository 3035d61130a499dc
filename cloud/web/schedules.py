"""The pages about schedules: all of them, one to edit, and what a draft would change before it is saved."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cloud.bodies import read_json, whole_body
from cloud.targets import Target
from cloud.web.api import SignedOutError, ask, found, items, read
from cloud.web.calendar import Week, monday_of, wished
from cloud.web.looks import me, meant, tags_of, the_cloud, where
from cloud.web.rendering import page
from cloud.web.screen import known_names, wire
from cloud.web.screens import natural
from cloud.web.sentences import in_short, meaning
from cloud.web.speech import _
from cloud.web.timeline import Names, board, midnight
from cloud.web.writing import weekdays
from vizora.schedule.zones import zone, zone_names

AHEAD_DAYS = 7
NEW: dict[str, Any] = {
    "id": "", "name": "", "playlistId": None, "layoutId": None, "target": {"all": True}, "priority": 0,
    "timezone": "device", "startsOn": None, "endsOn": None, "nextRuns": [],
    "recurrence": {"kind": "weekly", "days": [1, 2, 3, 4, 5], "startTime": "08:00", "endTime": "20:00"},
}  # fmt: skip


async def schedules(request: Request) -> Response:
    person, plans, playlists, layouts, devices = await asyncio.gather(
        me(request),
        items(request, "/api/schedules"),
        items(request, "/api/playlists"),
        items(request, "/api/layouts"),
        items(request, "/api/devices"),
    )
    names = {one["id"]: one["name"] for one in [*playlists, *layouts]}
    screens = {device["id"]: device["nickname"] for device in devices}
    shown = [(one, _what(one, names), where(one["target"], screens), in_short(one)) for one in plans]
    screen = _chosen(devices, request.query_params.get("screen", ""))
    return page(
        "schedules.html",
        **person,
        schedules=shown,
        something=bool(names),
        devices=sorted(devices, key=lambda device: natural(device["nickname"])),
        screen=screen,
        week=await _week(request, screen) if screen and plans else None,
    )


async def _week(request: Request, screen: Mapping[str, Any]) -> Week:
    """What the screen plays, from Monday to Sunday, in its own zone."""
    where_, now = zone(screen["timezone"]), the_cloud(request).clock.now()
    monday = monday_of(request.query_params.get("week", ""), now.astimezone(where_).date())
    days = [monday + timedelta(days=number) for number in range(AHEAD_DAYS)]
    low, high = (midnight(day, where_).astimezone(UTC) for day in (days[0], days[-1] + timedelta(days=1)))
    names, timeline = await asyncio.gather(
        known_names(request),
        read(request, f"/api/devices/{quote(screen['id'], safe='')}/timeline?from={wire(low)}&to={wire(high)}"),
    )
    return Week(monday, board(timeline, days, where_, now, names))


def _chosen(devices: Sequence[Mapping[str, Any]], id_: str) -> Mapping[str, Any] | None:
    """The screen that was asked for, else the first by name; None when there is none."""
    by_name = sorted(devices, key=lambda device: natural(device["nickname"]))
    return next((device for device in devices if device["id"] == id_), by_name[0] if by_name else None)


async def schedule(request: Request) -> Response:
    """The editor, of one that there is or (as `new`) of one to be."""
    person, playlists, layouts, devices = await asyncio.gather(
        me(request), items(request, "/api/playlists"), items(request, "/api/layouts"), items(request, "/api/devices")
    )
    edited, etag = wished(NEW, request.query_params, {device["id"] for device in devices}), ""
    if request.path_params["id"] != "new":
        answer = await found(request, f"/api/schedules/{quote(request.path_params['id'], safe='')}")
        edited, etag = answer.json, answer.headers.get("etag", "")
    names = {one["id"]: one["name"] for one in [*playlists, *layouts]}
    return page(
        "schedule.html",
        **person,
        schedule=edited,
        sentence=meaning(edited, _what(edited, names), where(edited["target"], _nicknames(devices))),
        etag=etag,
        playlists=playlists,
        layouts=layouts,
        devices=devices,
        tags=tags_of(devices),
        day_names=weekdays(),
        zones=sorted(zone_names()),
    )


async def preview(request: Request) -> Response:
    """A part of a page: what the draft means and the next days of a screen with it; or the API's own refusal."""
    try:
        draft = read_json(await whole_body(request), dict[str, Any])
        wanted, target = draft["schedule"], draft["schedule"]["target"]
        msgspec.convert(target, Target)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        refused = await ask(request, "/api/schedules/preview", {})
        return Response(refused.body, refused.status, media_type=refused.headers.get("content-type"))
    names, devices, layouts = await asyncio.gather(
        known_names(request), items(request, "/api/devices"), items(request, "/api/layouts")
    )
    screens = [device for device in devices if meant(target, device)]
    zone_name = screens[0]["timezone"] if screens else "UTC"
    now = the_cloud(request).clock.now()
    today = now.astimezone(zone(zone_name)).date()
    days = [today + timedelta(days=number) for number in range(AHEAD_DAYS)]
    low, high = midnight(days[0], zone(zone_name)), midnight(days[-1] + timedelta(days=1), zone(zone_name))
    body = {**draft, "from": low.astimezone(UTC), "to": high.astimezone(UTC)}
    if screens:
        body["deviceId"] = screens[0]["id"]
    answer = await ask(request, "/api/schedules/preview", body)
    if answer.status == 401:
        raise SignedOutError
    if answer.status != 200:
        return Response(answer.body, answer.status, media_type=answer.headers.get("content-type"))
    own_id = answer.json["draftId"]
    known = Names(
        {**names.schedules, own_id: wanted["name"] or _("This schedule")},
        names.playlists,
        names.overrides,
        {**names.priorities, own_id: wanted.get("priority") or 0},
    )
    drawn = board(answer.json, days, zone(zone_name), now, known)
    of_names = {**names.all(), **{one["id"]: one["name"] for one in layouts}}
    return page(
        "preview.html",
        sentence=meaning(wanted, _what(wanted, of_names), where(wanted["target"], _nicknames(devices))),
        board=drawn,
        screens=screens,
        zone_name=zone_name,
        runs=[one for one in answer.json["segments"] if one["source"].get("id") == own_id][:5],
    )


def _what(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return names.get(one.get("playlistId") or one.get("layoutId") or "", _("Something that is gone"))


def _nicknames(devices: list[Any]) -> dict[str, str]:
    return {device["id"]: device["nickname"] for device in devices}
