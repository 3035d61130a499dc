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
from cloud.pages import read_limit
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
    """One page of those that fit what was asked for; `states` counts all there are."""
    size, wanted = read_limit(call.query("limit")), _page(call.query("page"))
    order = _one_of(Order, "order", call.query("order") or Order.ATTENTION)
    every = [(status_of(call.cloud, row), row) for row in unit.rows(_light(unit))]
    found = _narrowed(call, unit, every)
    by_name = sorted(found, key=lambda entry: natural(entry[1]["nickname"]))
    in_order = by_name if order is Order.NAME else sorted(by_name, key=lambda entry: ATTENTION.index(entry[0]))
    pages = max(1, -(-len(found) // size))
    number = min(wanted, pages)
    ids = [row["id"] for _, row in in_order[(number - 1) * size : number * size]]
    states = Counter(status for status, _ in every)
    return Reply(
        {
            "items": _whole(call, unit, ids),
            "found": len(found),
            "page": number,
            "pages": pages,
            "states": {status: states[status] for status in ATTENTION},
        }
    )


@lru_cache(10_000)
def natural(name: str) -> tuple[tuple[int, str], ...]:
    """`Screen 9` before `Screen 10`."""
    parts = _NUMBERS.split(name.casefold())
    return tuple((int(part), "") if number % 2 else (-1, part) for number, part in enumerate(parts) if part)


def _light(unit: Unit) -> Select[Any]:
    devices = tables.devices
    return unit.select(devices, devices.c.nickname, devices.c.location, *(devices.c[name] for name in READ))


def _narrowed(call: Call, unit: Unit, every: Sequence[tuple[Status, Row]]) -> list[tuple[Status, Row]]:
    found = list(every)
    if wanted := call.query("status"):
        status = _one_of(Status, "status", wanted)
        found = [entry for entry in found if entry[0] is status]
    if tag := call.query("tag"):
        tags = tables.device_tags
        tagged = set(unit.connection.scalars(unit.select(tags, tags.c.device_id).where(tags.c.tag == tag)))
        found = [entry for entry in found if entry[1]["id"] in tagged]
    if words := (call.query("q") or "").strip().casefold():
        found = [
            entry for entry in found if any(words in entry[1][name].casefold() for name in ("nickname", "location"))
        ]
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
