"""Where a playlist or layout is used: what goes with it when it is deleted."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from cloud.web.api import items
from cloud.web.speech import _

Things = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Use:
    """`name` is empty for what is on air: the link says it all."""

    kind: str
    name: str
    address: str


async def uses_of(request: Request, id_: str) -> tuple[Use, ...]:
    """Of the playlist or layout with this id; of none when it is not saved yet."""
    if not id_:
        return ()
    schedules, layouts, devices, overrides = await asyncio.gather(
        *(items(request, f"/api/{name}") for name in ("schedules", "layouts", "devices", "publish"))
    )
    return tuple(uses(id_, schedules, layouts, devices, overrides))


def uses(id_: str, schedules: Things, layouts: Things, devices: Things, overrides: Things) -> Iterator[Use]:
    for one in schedules:
        if id_ in (one.get("playlistId"), one.get("layoutId")):
            yield Use(_("Schedule"), one["name"], f"/schedules/{one['id']}")
    for one in layouts:
        if id_ in (zone["playlistId"] for zone in one["zones"]):
            yield Use(_("Layout"), one["name"], f"/layouts/{one['id']}")
    for one in devices:
        if one.get("fallbackPlaylistId") == id_:
            yield Use(_("When nothing is planned"), one["nickname"], f"/screens/{one['id']}")
    if any(id_ in (one.get("playlistId"), one.get("layoutId")) for one in overrides):
        yield Use(_("On air now"), "", "/publish")
