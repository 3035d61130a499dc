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
from cloud.web.api import ask, found, items, read
from cloud.web.calendar import Week, monday_of, wished
from cloud.web.choosing import chosen_in, count_of, find, said_words
from cloud.web.looks import me, names_in, screen_tags, the_cloud, where
from cloud.web.rendering import page
from cloud.web.screen import Plans, known_names, plans_of, wire
from cloud.web.sentences import in_short, meaning
from cloud.web.speech import _
from cloud.web.timeline import Names, board, midnight
from cloud.web.writing import weekdays
from vizora.schedule.zones import zone

AHEAD_DAYS = 7
NEW: dict[str, Any] = {
    "id": "", "name": "", "playlistId": None, "layoutId": None, "target": {"all": True}, "priority": 0,
    "timezone": "device", "startsOn": None, "endsOn": None, "nextRuns": [],
    "recurrence": {"kind": "weekly", "days": [1, 2, 3, 4, 5], "startTime": "08:00", "endTime": "20:00"},
}  # fmt: skip


async def schedules(request: Request) -> Response:
    query = request.query_params
    person, plans, devices, wanted = await asyncio.gather(
        me(request),
        plans_of(request),
        find(request, said_words(query)),
        _wished_screen(request),
    )
    names, schedules_ = plans.names, plans.schedules
    screens = await names_in(request, (one["target"] for one in schedules_))
    shown = [(one, _what(one, names), where(one["target"], screens), in_short(one)) for one in schedules_]
    screen = next(iter([*wanted, *devices.items]), None)
    return page(
        "schedules.html",
        **person,
        schedules=shown,
        something=bool(names),
        found=devices,
        screen=screen,
        week=await _week(request, screen, plans) if screen and schedules_ else None,
    )


async def _week(request: Request, screen: Mapping[str, Any], plans: Plans) -> Week:
    """What the screen plays, from Monday to Sunday, in its own zone."""
    where_, now = zone(screen["timezone"]), the_cloud(request).clock.now()
    monday = monday_of(request.query_params.get("week", ""), now.astimezone(where_).date())
    days = [monday + timedelta(days=number) for number in range(AHEAD_DAYS)]
    low, high = (midnight(day, where_).astimezone(UTC) for day in (days[0], days[-1] + timedelta(days=1)))
    names, timeline = await asyncio.gather(
        known_names(request, plans),
        read(request, f"/api/devices/{quote(screen['id'], safe='')}/timeline?from={wire(low)}&to={wire(high)}"),
    )
    return Week(monday, board(timeline, days, where_, now, names))


async def schedule(request: Request) -> Response:
    """The editor, of one that there is or (as `new`) of one to be."""
    person, playlists, layouts, tags, count, (edited, etag) = await asyncio.gather(
        me(request),
        items(request, "/api/playlists"),
        items(request, "/api/layouts"),
        screen_tags(request),
        count_of(request),
        _edited(request),
    )
    screens = await chosen_in(request, edited["target"])
    names = {one["id"]: one["name"] for one in [*playlists, *layouts]}
    return page(
        "schedule.html",
        **person,
        schedule=edited,
        sentence=meaning(edited, _what(edited, names), where(edited["target"], _nicknames(screens))),
        etag=etag,
        playlists=playlists,
        layouts=layouts,
        count=count,
        screens=screens,
        tags=tags,
        day_names=weekdays(),
    )


async def _wished_screen(request: Request) -> list[Any]:
    """The one that the address names, if it is there."""
    screen = request.query_params.get("screen")
    return await chosen_in(request, {"deviceIds": [screen] if screen else []})


async def _edited(request: Request) -> tuple[Any, str]:
    """The schedule and its ETag; a new one may be wished for one screen, if it is there."""
    if request.path_params["id"] != "new":
        answer = await found(request, f"/api/schedules/{quote(request.path_params['id'], safe='')}")
        return answer.json, answer.headers.get("etag", "")
    query = request.query_params
    wanted = await _wished_screen(request)
    return wished(NEW, query, {device["id"] for device in wanted}), ""


async def preview(request: Request) -> Response:
    """A part of a page: what the draft means and the next days of a screen with it; or the API's own refusal."""
    try:
        draft = read_json(await whole_body(request), dict[str, Any])
        wanted, target = draft["schedule"], draft["schedule"]["target"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        return await _refused(request, {})
    meant = await ask(request, "/api/devices/meant", {"target": target})
    if meant.status != 200:
        return await _refused(request, draft)
    screens = meant.json["items"]
    called, plans = await asyncio.gather(names_in(request, [target]), plans_of(request))
    names = await known_names(request, plans)
    zone_name = screens[0]["timezone"] if screens else "UTC"
    now = the_cloud(request).clock.now()
    today = now.astimezone(zone(zone_name)).date()
    days = [today + timedelta(days=number) for number in range(AHEAD_DAYS)]
    low, high = midnight(days[0], zone(zone_name)), midnight(days[-1] + timedelta(days=1), zone(zone_name))
    body = {**draft, "from": low.astimezone(UTC), "to": high.astimezone(UTC)}
    if screens:
        body["deviceId"] = screens[0]["id"]
    answer = await ask(request, "/api/schedules/preview", body)
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
    return page(
        "preview.html",
        sentence=meaning(wanted, _what(wanted, plans.names), where(target, called)),
        board=drawn,
        screen=screens[0] if screens else None,
        more=meant.json["count"] - 1,
        zone_name=zone_name,
        runs=[one for one in answer.json["segments"] if one["source"].get("id") == own_id][:5],
    )


async def _refused(request: Request, draft: Mapping[str, Any]) -> Response:
    """In the API's own words."""
    answer = await ask(request, "/api/schedules/preview", draft)
    return Response(answer.body, answer.status, media_type=answer.headers.get("content-type"))


def _what(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return names.get(one.get("playlistId") or one.get("layoutId") or "", _("Something that is gone"))


def _nicknames(devices: Sequence[Any]) -> dict[str, str]:
    return {device["id"]: device["nickname"] for device in devices}
