"""Which screens something is for: `{"all": true}` or `{"deviceIds": [...], "tags": [...]}` (CONTRACT section 3)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import Select, or_

from cloud.bodies import Body
from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Unit
from cloud.problems import FieldError
from cloud.tags import MAX_CHARACTERS, MAX_TAGS

MOST_SCREENS = 10_000
"""Named one by one. More have a tag, or are all."""


class Target(Body, frozen=True):
    all: bool = False
    device_ids: Annotated[tuple[str, ...], Meta(max_length=MOST_SCREENS)] = ()
    tags: Annotated[tuple[Annotated[str, Meta(max_length=MAX_CHARACTERS)], ...], Meta(max_length=MAX_TAGS)] = ()

    def stored(self) -> dict[str, Any]:
        """As it is kept in the database and shown to clients."""
        if self.all:
            return {"all": True}
        return {"deviceIds": list(dict.fromkeys(self.device_ids)), "tags": list(dict.fromkeys(self.tags))}


def wrong_target(unit: Unit, target: Target, field: str = "/target") -> Iterator[FieldError]:
    """What is wrong with it: nothing named, or screens that are not there (someone else's are not there either)."""
    if target.all and (target.device_ids or target.tags):
        yield FieldError(field, "is either all, or deviceIds and tags")
    elif not (target.all or target.device_ids or target.tags):
        yield FieldError(field, 'must name screens: {"all": true}, deviceIds or tags')
    known = unit.known(tables.devices, target.device_ids)
    for index, device_id in enumerate(target.device_ids):
        if device_id not in known:
            yield FieldError(f"{field}/deviceIds/{index}", "is none of your screens")


def is_for(target: Mapping[str, Any], device_id: str, tags: Collection[str]) -> bool:
    """Whether a stored target means the screen with this id and these tags."""
    if target.get("all"):
        return True
    return device_id in target.get("deviceIds", ()) or not set(tags).isdisjoint(target.get("tags", ()))


def only_meant(unit: Unit, query: Select[Any], target: Mapping[str, Any]) -> Select[Any]:
    """`query`, a SELECT of screens, narrowed to those that a stored target means: `is_for`, asked of the database."""
    if target.get("all"):
        return query
    ids, tags = tables.devices.c.id, tables.device_tags
    tagged = unit.select(tags, tags.c.device_id).where(among(unit, tags.c.tag, target.get("tags", ())))
    return query.where(or_(among(unit, ids, target.get("deviceIds", ())), ids.in_(tagged)))
