"""The page of all screens: narrowed by state, tag and words; those that need somebody come first."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import items
from cloud.web.looks import contents_of, contents_shown, glass, me, tags_of
from cloud.web.rendering import page

A_PAGE = 60
STATES = ("error", "offline", "pairing", "online")
"""In the order in which somebody should look at them."""


async def screens(request: Request) -> Response:
    person, devices = await asyncio.gather(me(request), items(request, "/api/devices"))
    query = request.query_params
    chosen = {name: value for name in ("q", "tag", "status") if (value := query.get(name, "").strip())}
    found = narrowed(devices, chosen)
    number, pages = place(query.get("page", ""), len(found))
    shown = found[(number - 1) * A_PAGE : number * A_PAGE]
    contents = await contents_of(request, contents_shown(shown))
    thumbnails = {id_: one["thumbnailUrl"] for id_, one in contents.items() if one["thumbnailUrl"]}
    counts = Counter(device["status"] for device in devices)
    return page(
        "screens.html",
        **person,
        devices=[(one, glass(one, thumbnails)) for one in shown],
        chosen=chosen,
        states=[(state, counts[state]) for state in STATES if counts[state]],
        count=len(devices),
        found=len(found),
        tags=tags_of(devices),
        number=number,
        first=(number - 1) * A_PAGE + 1,
        pages=pages,
        narrow=urlencode(chosen),
    )


def narrowed(devices: Sequence[Mapping[str, Any]], chosen: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Those that fit everything that was chosen; what needs somebody first, then by name."""
    words = chosen.get("q", "").casefold()
    fitting = [
        device
        for device in devices
        if chosen.get("status", device["status"]) == device["status"]
        and ("tag" not in chosen or chosen["tag"] in device["tags"])
        and (not words or any(words in str(device[name]).casefold() for name in ("nickname", "location")))
    ]
    return sorted(fitting, key=lambda device: (STATES.index(device["status"]), natural(device["nickname"])))


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """`Screen 9` before `Screen 10`."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _parts(name))


def place(text: str, count: int) -> tuple[int, int]:
    """Which page, and of how many."""
    pages = max(1, -(-count // A_PAGE))
    number = int(text) if text.isdecimal() and len(text) < 6 else 1
    return min(max(1, number), pages), pages


def _parts(name: str) -> list[str]:
    parts: list[str] = []
    for letter in name:
        if parts and parts[-1][-1].isdecimal() == letter.isdecimal():
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts
