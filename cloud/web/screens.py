"""The page of all screens: narrowed by state, tag and words; those that need somebody come first."""

import asyncio
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.screens.overview import ATTENTION
from cloud.web.api import read
from cloud.web.looks import contents_of, contents_shown, glass, me, screen_tags
from cloud.web.rendering import page

A_PAGE = 60


async def screens(request: Request) -> Response:
    query = request.query_params
    chosen = {name: value for name in ("q", "tag", "status") if (value := query.get(name, "").strip())}
    if chosen.get("status") not in ATTENTION:
        chosen.pop("status", None)
    asked = urlencode({**chosen, "limit": A_PAGE, "page": page_number(query.get("page", ""))})
    person, answer, tags = await asyncio.gather(
        me(request), read(request, f"/api/devices/overview?{asked}"), screen_tags(request)
    )
    shown, number = answer["items"], answer["page"]
    contents = await contents_of(request, contents_shown(shown))
    thumbnails = {id_: one["thumbnailUrl"] for id_, one in contents.items() if one["thumbnailUrl"]}
    return page(
        "screens.html",
        **person,
        devices=[(one, glass(one, thumbnails)) for one in shown],
        chosen=chosen,
        states=[(state, count) for state, count in answer["states"].items() if count],
        count=answer["count"],
        found=answer["found"],
        tags=tags,
        number=number,
        first=(number - 1) * A_PAGE + 1,
        pages=answer["pages"],
        narrow=urlencode(chosen),
    )


def page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
