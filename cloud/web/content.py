"""The pages about content: all of it, searched and narrowed, and one piece with where it is in use."""

import asyncio
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import found, items
from cloud.web.looks import me
from cloud.web.rendering import page
from vizora.manifest.model import ContentType

NARROWED_BY = ("q", "tag", "type")


async def all_content(request: Request) -> Response:
    chosen = {name: value for name in NARROWED_BY if (value := request.query_params.get(name, "").strip())}
    if chosen.get("type") not in tuple(ContentType):
        chosen.pop("type", None)
    path = "/api/content" + (f"?{urlencode(chosen)}" if chosen else "")
    person, contents, everything = await asyncio.gather(
        me(request), items(request, path), items(request, "/api/content")
    )
    tags = sorted({tag for one in everything for tag in one["tags"]})
    return page("content.html", **person, contents=contents, chosen=chosen, tags=tags, count=len(everything))


async def one_content(request: Request) -> Response:
    answer = await found(request, f"/api/content/{quote(request.path_params['id'], safe='')}")
    one = answer.json
    person, playlists, schedules, overrides = await asyncio.gather(
        me(request),
        items(request, "/api/playlists"),
        items(request, "/api/schedules"),
        items(request, "/api/publish"),
    )
    used = [playlist for playlist in playlists if names_it(playlist, one["id"])]
    ids = {playlist["id"] for playlist in used}
    return page(
        "one-content.html",
        **person,
        one=one,
        etag=answer.headers.get("etag", ""),
        playlists=used,
        schedules=[plan for plan in schedules if plan["playlistId"] in ids],
        on_air=[over for over in overrides if over["contentId"] == one["id"] or over["playlistId"] in ids],
    )


def names_it(playlist: dict[str, Any], content_id: str) -> bool:
    return any(item["contentId"] == content_id for item in playlist["items"])
