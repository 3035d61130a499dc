"""The page of what a screen says of itself, line by line."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import read
from cloud.web.looks import me, own_zone
from cloud.web.period import days_as_instants, said
from cloud.web.rendering import page
from cloud.web.speech import N_, _
from vizora.schedule.zones import zone

LEVELS = {"debug": N_("detail"), "info": N_("notice"), "warning": N_("warning"), "error": N_("error")}
A_PAGE = 200


async def screen_log(request: Request) -> Response:
    """Newest first, narrowed by words, how bad it is, and days of whoever looks."""
    base = f"/api/devices/{quote(request.path_params['id'], safe='')}"
    chosen = {name: value for name in ("q", "level", "from", "to") if (value := said(request, name))}
    if chosen.get("level") not in LEVELS:
        chosen.pop("level", None)
    zone_name = own_zone(request)
    days = days_as_instants(chosen, zone(zone_name))  # first: it forgets nonsense in `chosen`
    query = {**chosen, **days, "limit": str(A_PAGE)}
    cursor = {"cursor": wanted} if (wanted := said(request, "cursor")) else {}
    person, device, rows = await asyncio.gather(
        me(request), read(request, base), read(request, f"{base}/logs?{urlencode({**query, **cursor})}")
    )
    older = rows["nextCursor"] and "?" + urlencode({**chosen, "cursor": rows["nextCursor"]})
    return page(
        "screen-log.html",
        **person,
        device=device,
        lines=[(one, _there(one, device)) for one in rows["items"]],
        levels={name: _(words) for name, words in LEVELS.items()},
        chosen=chosen,
        older=older,
        zone=zone_name,
    )


def _there(line: dict[str, Any], device: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["at"]).astimezone(zone(device["timezone"]))
