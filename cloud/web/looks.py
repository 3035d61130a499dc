"""What several pages share: who looks, and what a screen and a target are in words."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request

from cloud.screens.overview import natural
from cloud.services import Cloud
from cloud.web.api import read
from cloud.web.problems import stuck
from cloud.web.speech import _, many
from vizora.schedule.zones import zone_names

AT_ONCE = 200
NAMED = 5
"""Screens that a target in words names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Glass:
    """What a screen says of itself, in words; empty where it said nothing."""

    titles: str
    thumbnail: str
    problem: str
    is_idle: bool = False
    """It says that it shows nothing of ours, so its own slide."""


def glass(device: Mapping[str, Any], thumbnails: Mapping[str, str]) -> Glass:
    """Lenient, for the report comes from the screen: whatever is not as expected counts as not said."""
    report = device["currentContent"]
    shown = report.get("shown") if isinstance(report, dict) else None
    zones = [zone for zone in shown if isinstance(zone, dict)] if isinstance(shown, list) else []
    titles = [zone["title"] for zone in zones if isinstance(zone.get("title"), str)]
    pictures = [thumbnails[id_] for id_ in thumbnails if id_ in [zone.get("contentId") for zone in zones]]
    return Glass(", ".join(titles), next(iter(pictures), ""), _problem(device, report), shown == [])


def contents_shown(devices: Iterable[Mapping[str, Any]]) -> set[str]:
    """Ids of what the screens say they show."""
    reports = [device["currentContent"] for device in devices]
    shown = [
        report["shown"] for report in reports if isinstance(report, dict) and isinstance(report.get("shown"), list)
    ]
    ids = (zone.get("contentId") for zones in shown for zone in zones if isinstance(zone, dict))
    return {id_ for id_ in ids if isinstance(id_, str)}


def _problem(device: Mapping[str, Any], report: object) -> str:
    for said in (device["problem"], report.get("problem") if isinstance(report, dict) else None):
        if isinstance(said, dict):
            return stuck(said)
    return ""


def where(target: Mapping[str, Any], screen_names: Mapping[str, str]) -> str:
    """A target in words; `screen_names` as from `names_in`."""
    if target.get("all"):
        return _("all screens")
    ids = target.get("deviceIds") or ()
    screens_ = [screen_names.get(device_id, _("a screen that is gone")) for device_id in ids[:NAMED]]
    more = len(ids) - NAMED
    others = [many("and %(count)s more", "and %(count)s more", more)] if more > 0 else []
    tags = [_("screens tagged %(tag)s", tag=tag) for tag in target.get("tags") or ()]
    return _(", ").join(screens_ + others + tags) or _("no screen")


async def names_in(request: Request, targets: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the screens are called, by id, that `where` names of these targets."""
    ids = (device_id for target in targets for device_id in (target.get("deviceIds") or ())[:NAMED])
    return {id_: device["nickname"] for id_, device in (await those(request, "/api/devices", ids)).items()}


def own_zone(request: Request) -> str:
    """The zone of whoever looks, as their browser said on an earlier page; UTC until then."""
    wanted = unquote(request.cookies.get("zone", ""))
    return wanted if wanted in zone_names() else "UTC"


async def contents_of(request: Request, ids: Iterable[str]) -> dict[str, Any]:
    """The pieces of content with these ids that there are, by id."""
    return await those(request, "/api/content", ids)


async def those(request: Request, path: str, ids: Iterable[str]) -> dict[str, Any]:
    """Of the list at `path` those with these ids that there are, by id."""
    wanted = sorted(set(ids))
    parts = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
    answers = await asyncio.gather(
        *(read(request, f"{path}?limit={AT_ONCE}&ids={quote(','.join(part))}") for part in parts)
    )
    return {one["id"]: one for answer in answers for one in answer["items"]}


async def uses_of(request: Request, things: str, id_: str) -> list[Any]:
    """What uses one of the `things`, as in `playlists`; nothing does where it is not saved yet."""
    if not id_:
        return []
    found: list[Any] = (await read(request, f"/api/{things}/{id_}/uses"))["items"]
    return found


async def me(request: Request) -> dict[str, Any]:
    """Who is looking: `user` and `organization`, and the path, for the navigation."""
    if not hasattr(request.state, "me"):
        request.state.me = await read(request, "/api/auth/me")
    answer = request.state.me
    return {"user": answer["user"], "organization": answer["organization"], "path": request.url.path}


async def screen_tags(request: Request) -> dict[str, int]:
    """The tags of screens, by name, and how many screens have each."""
    tags: dict[str, int] = (await read(request, "/api/tags"))["devices"]
    return {tag: tags[tag] for tag in sorted(tags, key=natural)}


def the_cloud(request: Request) -> Cloud:
    cloud: Cloud = request.app.state.cloud
    return cloud


def provider_of(request: Request) -> str | None:
    """Where people may sign in too, as they know it; None when there is no such place."""
    address = the_cloud(request).config.oidc
    return None if address is None else address.host
