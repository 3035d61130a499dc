"""What each page shows, gathered from the API; see `templates/` for how it looks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud.services import Cloud
from cloud.web.api import MissingError, SignedOutError, found, items, read
from cloud.web.rendering import page

Page = Callable[[Request], Awaitable[Response]]


def for_people(draw: Page) -> Page:
    """A page for those who are signed in; others are sent to sign in, and come back."""

    async def answer(request: Request) -> Response:
        try:
            return await draw(request)
        except SignedOutError:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(wanted)}", 303, {"Cache-Control": "no-store"})
        except MissingError:
            return page("missing.html", 404)

    return answer


async def home(_: Request) -> Response:
    return RedirectResponse("/screens", 303)


async def sign_in(request: Request) -> Response:
    return page("sign-in.html", registration=_cloud(request).config.registration.value)


async def register(request: Request) -> Response:
    return page("register.html", registration=_cloud(request).config.registration.value)


async def screens(request: Request) -> Response:
    me, devices, contents = await asyncio.gather(
        _me(request), items(request, "/api/devices"), items(request, "/api/content")
    )
    thumbnails = {one["id"]: one["thumbnailUrl"] for one in contents if one["thumbnailUrl"]}
    return page("screens.html", **me, devices=[(one, glass(one, thumbnails)) for one in devices])


async def pair(request: Request) -> Response:
    """The page behind the QR code. Code and claim key stay in the fragment, which browsers never send."""
    me, devices = await asyncio.gather(_me(request), items(request, "/api/devices"))
    return page("pair.html", **me, devices=devices)


async def content(request: Request) -> Response:
    me, contents = await asyncio.gather(_me(request), items(request, "/api/content"))
    return page("content.html", **me, contents=contents)


async def publish(request: Request) -> Response:
    me, contents, playlists, devices, active = await asyncio.gather(
        _me(request),
        items(request, "/api/content"),
        items(request, "/api/playlists"),
        items(request, "/api/devices"),
        items(request, "/api/publish"),
    )
    progress = await asyncio.gather(*(read(request, f"/api/publish/{one['id']}/screens") for one in active))
    names = {thing["id"]: thing.get("title") or thing.get("name", "") for thing in [*contents, *playlists]}
    return page(
        "publish.html",
        **me,
        contents=[one for one in contents if one["uploadStatus"] == "ready"],
        playlists=playlists,
        devices=devices,
        active=[(one, rows["items"]) for one, rows in zip(active, progress, strict=True)],
        names=names,
        chosen=request.query_params,
    )


async def playlists(request: Request) -> Response:
    me, lists, contents = await asyncio.gather(
        _me(request), items(request, "/api/playlists"), items(request, "/api/content")
    )
    return page("playlists.html", **me, playlists=lists, contents={one["id"]: one for one in contents})


async def playlist(request: Request) -> Response:
    """The editor, of one that there is or (as `new`) of one to be."""
    me, contents = await asyncio.gather(_me(request), items(request, "/api/content"))
    edited: dict[str, Any] = {"id": "", "name": "", "order": "sequence", "items": []}
    etag = ""
    if request.path_params["id"] != "new":
        answer = await found(request, f"/api/playlists/{quote(request.path_params['id'], safe='')}")
        edited, etag = answer.json, answer.headers.get("etag", "")
    by_id = {one["id"]: one for one in contents}
    return page("playlist.html", **me, contents=contents, by_id=by_id, playlist=edited, etag=etag)


async def schedules(request: Request) -> Response:
    me, plans, playlists_, devices = await asyncio.gather(
        _me(request), items(request, "/api/schedules"), items(request, "/api/playlists"), items(request, "/api/devices")
    )
    screen_names = {device["id"]: device["nickname"] for device in devices}
    return page(
        "schedules.html",
        **me,
        schedules=[(one, where(one["target"], screen_names)) for one in plans],
        playlists=playlists_,
        devices=devices,
        names={one["id"]: one["name"] for one in playlists_},
    )


@dataclass(frozen=True, slots=True)
class Glass:
    """What a screen says of itself, in words; empty where it said nothing."""

    titles: str
    thumbnail: str
    problem: str


def glass(device: Mapping[str, Any], thumbnails: Mapping[str, str]) -> Glass:
    """Lenient, for the report comes from the screen: whatever is not as expected counts as not said."""
    report = device["currentContent"]
    shown = report.get("shown") if isinstance(report, dict) else None
    zones = [zone for zone in shown if isinstance(zone, dict)] if isinstance(shown, list) else []
    titles = [zone["title"] for zone in zones if isinstance(zone.get("title"), str)]
    pictures = [thumbnails[id_] for id_ in thumbnails if id_ in [zone.get("contentId") for zone in zones]]
    return Glass(", ".join(titles), next(iter(pictures), ""), _problem(device, report))


def _problem(device: Mapping[str, Any], report: object) -> str:
    for said in (device["problem"], report.get("problem") if isinstance(report, dict) else None):
        if isinstance(said, dict):
            return str(said.get("sentence") or said.get("code") or "")
    return ""


def where(target: dict[str, Any], screen_names: dict[str, str]) -> str:
    """A target in words."""
    if target.get("all"):
        return "all screens"
    screens_ = [screen_names.get(device_id, "a screen that is gone") for device_id in target.get("deviceIds") or ()]
    tags = [f"screens tagged {tag}" for tag in target.get("tags") or ()]
    return ", ".join(screens_ + tags) or "no screen"


async def _me(request: Request) -> dict[str, Any]:
    """Who is looking: `user` and `organization`, and the path, for the navigation."""
    answer: dict[str, Any] = await read(request, "/api/auth/me")
    return {"user": answer["user"], "organization": answer["organization"], "path": request.url.path}


def _cloud(request: Request) -> Cloud:
    cloud: Cloud = request.app.state.cloud
    return cloud
