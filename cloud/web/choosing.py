"""Choosing among screens, in whatever form or page: found by words, and never all of them drawn."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import read
from cloud.web.looks import me, those
from cloud.web.rendering import page
from cloud.web.screens import page_number

SHOWN = 40
MOST = 200


class Kind(StrEnum):
    """What a choice is for, and so what it looks like."""

    TARGET = "target"
    """Any number of them."""
    REPLACED = "replaced"
    """The one whose place a new screen takes."""
    WEEK = "week"
    """Links to each one's week."""


@dataclass(frozen=True, slots=True)
class Found:
    """Screens by name, those of one page."""

    items: list[Any]
    found: int
    """How many fit."""
    pages: int
    count: int
    """How many there are at all."""
    words: str


async def find(request: Request, words: str = "", *, limit: int = SHOWN, number: int = 1) -> Found:
    asked = {"order": "name", "limit": limit, "page": number} | ({"q": words} if words else {})
    answer = await read(request, f"/api/devices/overview?{urlencode(asked)}")
    return Found(answer["items"], answer["found"], answer["pages"], answer["count"], words)


async def choices(request: Request) -> Response:
    """A part of a page: the screens with these words in their name or place."""
    query = request.query_params
    kind = query.get("for", "")
    _, found = await asyncio.gather(
        me(request),
        find(
            request,
            said_words(query),
            limit=MOST if "all" in query else SHOWN,
            number=page_number(query.get("page", "")),
        ),
    )
    return page(
        "screen-choices.html",
        kind=kind if kind in tuple(Kind) else Kind.TARGET,
        found=found,
        week=query.get("week", ""),
    )


def said_words(query: Mapping[str, str]) -> str:
    return query.get("q", "").strip()[:200]


async def chosen_in(request: Request, target: Mapping[str, Any]) -> list[Any]:
    """The screens that a target names one by one."""
    return list((await those(request, "/api/devices", target.get("deviceIds") or ())).values())


async def count_of(request: Request) -> int:
    """How many screens there are."""
    return int((await read(request, "/api/organization/usage"))["screensUsed"])
