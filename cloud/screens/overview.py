"""`GET /api/devices/overview`: an organization's screens as somebody looks through them, however many there are.

Of all of them only what sorts and counts them is read; whole are those of one page.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Select

from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import chosen, read_limit, read_number
from cloud.screens.devices import show_all
from cloud.screens.status import READ, Status, status_of

ATTENTION = (Status.ERROR, Status.OFFLINE, Status.PAIRING, Status.ONLINE)
"""In the order in which somebody should look at them."""
MOST_PAGES = 99_999
_NUMBERS = re.compile(r"(\d+)")


class Order(StrEnum):
    ATTENTION = "attention"
    """Those that need somebody first, then by name."""
    NAME = "name"


def overview(call: Call, unit: Unit) -> Reply:
    """One page of those that fit what was asked for. In the order of attention `states` counts all there are."""
    size, wanted = read_limit(call.query("limit")), read_number(call.query("page"), "page", 1, MOST_PAGES)
    order = Order(chosen(call, "order", Order) or Order.ATTENTION)
    status = chosen(call, "status", Status)
    looks = order is Order.ATTENTION or status is not None
    every = unit.rows(_light(unit, looks=looks))
    states = {row["id"]: status_of(call.cloud, row) for row in every} if looks else {}
    found = [row for row in _narrowed(call, unit, every) if status is None or states[row["id"]] == status]
    found.sort(key=lambda row: natural(row["nickname"]))
    if order is Order.ATTENTION:
        found.sort(key=lambda row: ATTENTION.index(states[row["id"]]))
    pages = max(1, -(-len(found) // size))
    number = min(wanted, pages)
    counts = Counter(states.values())
    return Reply(
        {
            "items": _whole(call, unit, [row["id"] for row in found[(number - 1) * size : number * size]]),
            "count": len(every),
            "found": len(found),
            "page": number,
            "pages": pages,
            "states": {status: counts[status] for status in ATTENTION} if order is Order.ATTENTION else None,
        }
    )


@lru_cache(10_000)
def natural(name: str) -> tuple[tuple[int, str], ...]:
    """`Screen 9` before `Screen 10`."""
    parts = _NUMBERS.split(name.casefold())
    return tuple((int(part), "") if number % 2 else (-1, part) for number, part in enumerate(parts) if part)


def _light(unit: Unit, *, looks: bool) -> Select[Any]:
    """`looks`: with what it takes to say how each of them is."""
    devices = tables.devices
    names = ("nickname", "location", *(READ if looks else ("id",)))
    return unit.select(devices, *(devices.c[name] for name in names))


def _narrowed(call: Call, unit: Unit, every: Sequence[Row]) -> list[Row]:
    found = list(every)
    if tag := call.query("tag"):
        tags = tables.device_tags
        tagged = set(unit.connection.scalars(unit.select(tags, tags.c.device_id).where(tags.c.tag == tag)))
        found = [row for row in found if row["id"] in tagged]
    if words := (call.query("q") or "").strip().casefold():
        found = [row for row in found if any(words in row[name].casefold() for name in ("nickname", "location"))]
    return found


def _whole(call: Call, unit: Unit, ids: Sequence[str]) -> list[dict[str, Any]]:
    """In the order of `ids`."""
    devices = tables.devices
    rows = {row["id"]: row for row in unit.rows(unit.select(devices).where(among(unit, devices.c.id, ids)))}
    return show_all(call.cloud, unit, [rows[id_] for id_ in ids])
