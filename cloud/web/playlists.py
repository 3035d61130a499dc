"""The pages about playlists: all of them, and one to be changed."""

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import found, items
from cloud.web.content import SHELF, newest
from cloud.web.looks import contents_of, me, uses_of
from cloud.web.rendering import page

NEW: dict[str, Any] = {"id": "", "name": "", "order": "sequence", "items": []}
STACKED = 4
"""So many pictures stand for a playlist."""


async def playlists(request: Request) -> Response:
    person, lists = await asyncio.gather(me(request), items(request, "/api/playlists"))
    ids = {item["contentId"] for one in lists for item in one["items"][:STACKED]}
    return page("playlists.html", **person, playlists=lists, contents=await contents_of(request, ids))


async def playlist(request: Request) -> Response:
    """The editor, of one that there is or (as `new`) of one to be."""
    person, shelf = await asyncio.gather(me(request), newest(request))
    edited, etag = NEW, ""
    if request.path_params["id"] != "new":
        answer = await found(request, f"/api/playlists/{quote(request.path_params['id'], safe='')}")
        edited, etag = answer.json, answer.headers.get("etag", "")
    by_id, used = await asyncio.gather(
        contents_of(request, (item["contentId"] for item in edited["items"])),
        uses_of(request, "playlists", edited["id"]),
    )
    return page("playlist.html", **person, shelf=shelf, most=SHELF, by_id=by_id, playlist=edited, etag=etag, uses=used)


async def shelf(request: Request) -> Response:
    """A part of the editor: the newest content that has these words in its title."""
    person, found_ = await asyncio.gather(me(request), newest(request, request.query_params.get("q", "")))
    return page("shelf.html", **person, shelf=found_, most=SHELF)
