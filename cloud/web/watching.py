"""A screen in the browser: the page that plays what a screen plays, by the answers of `/api/watch`."""

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import read
from cloud.web.looks import me
from cloud.web.rendering import page


async def player(request: Request) -> Response:
    """Of the screen `?screen=`, or of one that everything for all screens is for."""
    screen_id = request.query_params.get("screen", "")
    person, device = await asyncio.gather(me(request), _device(request, screen_id))
    return page("player.html", **person, device=device)


async def _device(request: Request, screen_id: str) -> Any:
    return await read(request, f"/api/devices/{quote(screen_id, safe='')}") if screen_id else None
