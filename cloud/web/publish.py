"""The page to publish from at once, and to see how far what was published is."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import items, read
from cloud.web.choosing import chosen_in, count_of
from cloud.web.content import SHELF, newest
from cloud.web.looks import contents_of, me, names_in, screen_tags, where
from cloud.web.rendering import page

ROWS = 40
"""Screens shown of one publication, those first that are not there yet."""


async def publish(request: Request) -> Response:
    query = request.query_params
    target = {"deviceIds": wanted} if (wanted := query.getlist("screen")) else {"all": True}
    (person, contents, playlists, layouts, active), (tags, count, screens) = await asyncio.gather(
        asyncio.gather(
            me(request),
            newest(request),
            items(request, "/api/playlists"),
            items(request, "/api/layouts"),
            items(request, "/api/publish"),
        ),
        asyncio.gather(screen_tags(request), count_of(request), chosen_in(request, target)),
    )
    names, named, progress = await asyncio.gather(
        names_in(request, (one["target"] for one in active)),
        contents_of(request, {*(one["contentId"] for one in active), query.get("content")} - {None, ""}),
        asyncio.gather(*(read(request, f"/api/publish/{one['id']}/screens?limit={ROWS}") for one in active)),
    )
    chosen = named.get(query.get("content", ""))
    titles = {id_: one["title"] for id_, one in named.items()}
    return page(
        "publish.html",
        **person,
        contents=_first(contents, chosen),
        most=SHELF,
        playlists=playlists,
        count=count,
        target=target,
        screens=screens,
        tags=tags,
        layouts=layouts,
        active=[(one, rows, where(one["target"], names)) for one, rows in zip(active, progress, strict=True)],
        names={thing["id"]: thing["name"] for thing in [*playlists, *layouts]} | titles,
        chosen=query,
    )


async def choices(request: Request) -> Response:
    """A part of the page: the newest content that has these words in its title."""
    _, contents = await asyncio.gather(me(request), newest(request, request.query_params.get("q", "")))
    return page("choices.html", contents=contents, most=SHELF, chosen={})


def _first(contents: Sequence[Any], chosen: Mapping[str, Any] | None) -> list[Any]:
    """With what was chosen on another page before the others."""
    if chosen is None or chosen["uploadStatus"] != "ready":
        return list(contents)
    return [chosen, *(one for one in contents if one["id"] != chosen["id"])]
