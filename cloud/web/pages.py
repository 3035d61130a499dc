"""What each page shows, gathered from the API; see `templates/` for how it looks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud.web.api import MissingError, SignedOutError, found, items, read
from cloud.web.looks import glass, me, provider_of, tags_of, the_cloud, where
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
    return page(
        "sign-in.html",
        registration=the_cloud(request).config.registration.value,
        provider=provider_of(request),
        signed_out="signed-out" in request.query_params,
    )


async def register(request: Request) -> Response:
    return page(
        "register.html",
        registration=the_cloud(request).config.registration.value,
        provider=provider_of(request),
    )


async def screens(request: Request) -> Response:
    person, devices, contents = await asyncio.gather(
        me(request), items(request, "/api/devices"), items(request, "/api/content")
    )
    thumbnails = {one["id"]: one["thumbnailUrl"] for one in contents if one["thumbnailUrl"]}
    return page("screens.html", **person, devices=[(one, glass(one, thumbnails)) for one in devices])


async def pair(request: Request) -> Response:
    """The page behind the QR code. Code and claim key stay in the fragment, which browsers never send."""
    person, devices = await asyncio.gather(me(request), items(request, "/api/devices"))
    return page("pair.html", **person, devices=devices)


async def publish(request: Request) -> Response:
    person, contents, playlists, layouts, devices, active = await asyncio.gather(
        me(request),
        items(request, "/api/content"),
        items(request, "/api/playlists"),
        items(request, "/api/layouts"),
        items(request, "/api/devices"),
        items(request, "/api/publish"),
    )
    progress = await asyncio.gather(*(read(request, f"/api/publish/{one['id']}/screens") for one in active))
    names = {thing["id"]: thing.get("title") or thing.get("name", "") for thing in [*contents, *playlists, *layouts]}
    return page(
        "publish.html",
        **person,
        contents=[one for one in contents if one["uploadStatus"] == "ready"],
        playlists=playlists,
        devices=devices,
        tags=tags_of(devices),
        layouts=layouts,
        active=[
            (one, rows["items"], where(one["target"], {device["id"]: device["nickname"] for device in devices}))
            for one, rows in zip(active, progress, strict=True)
        ],
        names=names,
        chosen=request.query_params,
    )


async def playlists(request: Request) -> Response:
    person, lists, contents = await asyncio.gather(
        me(request), items(request, "/api/playlists"), items(request, "/api/content")
    )
    return page("playlists.html", **person, playlists=lists, contents={one["id"]: one for one in contents})


async def playlist(request: Request) -> Response:
    """The editor, of one that there is or (as `new`) of one to be."""
    person, contents = await asyncio.gather(me(request), items(request, "/api/content"))
    edited: dict[str, Any] = {"id": "", "name": "", "order": "sequence", "items": []}
    etag = ""
    if request.path_params["id"] != "new":
        answer = await found(request, f"/api/playlists/{quote(request.path_params['id'], safe='')}")
        edited, etag = answer.json, answer.headers.get("etag", "")
    by_id = {one["id"]: one for one in contents}
    return page("playlist.html", **person, contents=contents, by_id=by_id, playlist=edited, etag=etag)
