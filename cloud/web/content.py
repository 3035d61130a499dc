"""The pages about content: all of it, searched and narrowed, and one piece with where it is in use."""

import asyncio
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import found, read
from cloud.web.looks import me, uses_of
from cloud.web.rendering import page
from vizora.manifest.model import ContentType

NARROWED_BY = ("q", "tag", "type")
A_PAGE = 60
SHELF = 40


async def newest(request: Request, words: str = "") -> list[Any]:
    """What can be shown, the newest first: as much as one looks through, narrowed by words in the title."""
    query = {"status": "ready", "limit": str(SHELF)} | ({"q": words.strip()} if words.strip() else {})
    found_: list[Any] = (await read(request, f"/api/content?{urlencode(query)}"))["items"]
    return found_


async def all_content(request: Request) -> Response:
    chosen = {name: value for name in NARROWED_BY if (value := request.query_params.get(name, "").strip())}
    if chosen.get("type") not in tuple(ContentType):
        chosen.pop("type", None)
    cursor = {"cursor": said} if (said := request.query_params.get("cursor")) else {}
    query = urlencode({**chosen, "limit": str(A_PAGE), **cursor})
    person, answer, tags = await asyncio.gather(
        me(request), read(request, f"/api/content?{query}"), read(request, "/api/tags")
    )
    older = answer["nextCursor"] and "?" + urlencode({**chosen, "cursor": answer["nextCursor"]})
    return page(
        "content.html",
        **person,
        contents=answer["items"],
        chosen=chosen,
        tags=tags["content"],
        any=bool(answer["items"] or chosen or cursor),
        older=older,
        newest="?" + urlencode(chosen) if cursor else "",
    )


async def one_content(request: Request) -> Response:
    answer = await found(request, f"/api/content/{quote(request.path_params['id'], safe='')}")
    one = answer.json
    person, used = await asyncio.gather(me(request), uses_of(request, "content", one["id"]))
    return page(
        "one-content.html",
        **person,
        one=one,
        etag=answer.headers.get("etag", ""),
        number=_page_number(request.query_params.get("page", ""), one["pages"]),
        uses=used,
    )


def _page_number(text: str, pages: int | None) -> int:
    """A page of a PDF that there is; the first one when none was asked for."""
    return min(max(1, int(text)), pages or 1) if text.isdecimal() and len(text) < 6 else 1
