"""`GET /api/devices/overview`: an organization's screens as somebody looks through them, however many there are.

Of all of them only what sorts and counts them is read; whole are those of one page.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select

from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.lists import read_limit
from cloud.problems import invalid_field
from cloud.screens.devices import show_all
from cloud.screens.status import READ, Status, status_of

E = TypeVar("E", bound=StrEnum)
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
    size, wanted = read_limit(call.query("limit")), _page(call.query("page"))
    order = _one_of(Order, "order", call.query("order") or Order.ATTENTION)
    status = _one_of(Status, "status", text) if (text := call.query("status")) else None
    looks = order is Order.ATTENTION or status is not None
    every = unit.rows(_light(unit, looks=looks))
    states = {row["id"]: status_of(call.cloud, row) for row in every} if looks else {}
    found = [row for row in _narrowed(call, unit, every) if status is None or states[row["id"]] is status]
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


def _page(text: str | None) -> int:
    if text is None:
        return 1
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_PAGES and len(text) <= len(str(MOST_PAGES)):
        return int(text)
    raise invalid_field("page", f"must be a whole number from 1 to {MOST_PAGES}")


def _one_of(kind: type[E], name: str, text: str) -> E:
    if text not in tuple(kind):
        raise invalid_field(name, f"must be one of {', '.join(kind)}")
    return kind(text)
