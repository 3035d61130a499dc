"""The page to publish from at once, and to see how far what was published is."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import items, read
from cloud.web.content import SHELF, newest
from cloud.web.looks import contents_of, me, tags_of, where
from cloud.web.rendering import page

ROWS = 40
"""Screens shown of one publication, those first that are not there yet."""


async def publish(request: Request) -> Response:
    person, contents, playlists, layouts, devices, active = await asyncio.gather(
        me(request),
        newest(request),
        items(request, "/api/playlists"),
        items(request, "/api/layouts"),
        items(request, "/api/devices"),
        items(request, "/api/publish"),
    )
    query = request.query_params
    progress = await asyncio.gather(*(read(request, f"/api/publish/{one['id']}/screens") for one in active))
    named = await contents_of(request, {*(one["contentId"] for one in active), query.get("content")} - {None, ""})
    chosen = named.get(query.get("content", ""))
    titles = {id_: one["title"] for id_, one in named.items()}
    nicknames = {device["id"]: device["nickname"] for device in devices}
    return page(
        "publish.html",
        **person,
        contents=_first(contents, chosen),
        most=SHELF,
        playlists=playlists,
        devices=devices,
        tags=tags_of(devices),
        layouts=layouts,
        active=[
            (one, _waiting_first(rows["items"]), where(one["target"], nicknames))
            for one, rows in zip(active, progress, strict=True)
        ],
        names={thing["id"]: thing["name"] for thing in [*playlists, *layouts]} | titles,
        rows_shown=ROWS,
        chosen=query,
        screens=query.getlist("screen"),
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


def _waiting_first(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: row["onGlassAt"] is not None)
