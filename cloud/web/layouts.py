"""The pages about layouts: all of them, and one drawn to scale to be changed."""

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import found, items
from cloud.web.looks import me, uses_of
from cloud.web.rendering import page

NEW: dict[str, Any] = {"id": "", "name": "", "width": 1920, "height": 1080, "background": "#000000", "zones": []}


async def layouts(request: Request) -> Response:
    person, all_layouts, playlists = await asyncio.gather(
        me(request), items(request, "/api/layouts"), items(request, "/api/playlists")
    )
    names = {one["id"]: one["name"] for one in playlists}
    return page("layouts.html", **person, layouts=all_layouts, names=names)


async def layout(request: Request) -> Response:
    """The editor, of one that there is or (as `new`) of one to be."""
    person, playlists = await asyncio.gather(me(request), items(request, "/api/playlists"))
    edited, etag = NEW, ""
    if request.path_params["id"] != "new":
        answer = await found(request, f"/api/layouts/{quote(request.path_params['id'], safe='')}")
        edited, etag = answer.json, answer.headers.get("etag", "")
    used = await uses_of(request, "layouts", edited["id"])
    return page("layout.html", **person, layout=edited, etag=etag, playlists=playlists, uses=used)
