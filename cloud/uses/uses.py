"""What uses a piece of content, a playlist or a layout: the one answer, for pages, programs and refused deletions.

A thing is used by what names it, and changes what shows that: content is in playlists, playlists are in layouts, and
schedules and publications show any of them. What names it refuses that it is deleted. What only shows it by way of
another refuses nothing, and shows something else when it is gone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Select, null, true

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.problems import Problem, conflict, invalid_field
from cloud.publishing.standing import standing
from cloud.things import THINGS, page_of

PUBLICATION = "publish"
WHERE_PUBLICATIONS_ARE = "/publish"


class Use(msgspec.Struct, frozen=True, rename="camel"):
    kind: str
    """playlist, layout, device, schedule or publish, as in the audit log."""
    id: str
    name: str
    """A publication is called as what it shows."""
    level: str | None
    """normal or emergency, of a publication."""
    page_url: str
    """The web page that shows it, without the server's name."""
    refuses: bool
    """It names the thing itself: while it does, the thing is deleted only with `?force=true`."""
    deleted_with_it: bool
    """Then it is deleted too. What is not stays, and shows the rest, or what comes next."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Rows that name a thing: in `column`, for the user whose id is in `user`."""

    kind: str
    user: Column[str]
    column: Column[str]
    goes_too: bool = False


NAMED_BY: dict[str, tuple[Naming, ...]] = {
    "content": (
        Naming("playlist", tables.playlist_items.c.playlist_id, tables.playlist_items.c.content_id),
        Naming(PUBLICATION, tables.overrides.c.id, tables.overrides.c.content_id, goes_too=True),
    ),
    "playlist": (
        Naming("layout", tables.layout_zones.c.layout_id, tables.layout_zones.c.playlist_id),
        Naming("device", tables.devices.c.id, tables.devices.c.fallback_playlist_id),
        Naming("schedule", tables.schedules.c.id, tables.schedules.c.playlist_id, goes_too=True),
        Naming(PUBLICATION, tables.overrides.c.id, tables.overrides.c.playlist_id, goes_too=True),
    ),
    "layout": (
        Naming("schedule", tables.schedules.c.id, tables.schedules.c.layout_id, goes_too=True),
        Naming(PUBLICATION, tables.overrides.c.id, tables.overrides.c.layout_id, goes_too=True),
    ),
}
"""By the kind of what is named: who may name it. Follows the foreign keys of `cloud.db.tables`."""


def uses(unit: Unit, kind: str, id_: str) -> list[Use]:
    """Of the content, playlist or layout with this id: what refuses first, then by kind and name."""
    found = _users(unit, kind, [id_], refuses=True)
    return sorted(found, key=lambda one: (not one.refuses, one.kind, one.name.casefold(), one.id))


def check_unused(unit: Unit, kind: str, id_: str, force: str | None) -> None:
    """Raises Problem 409 with what refuses the deletion, unless `?force=true`."""
    if force not in (None, "true", "false"):
        raise invalid_field("force", "must be true or false")
    if force != "true" and (refusing := [one for one in uses(unit, kind, id_) if one.refuses]):
        raise in_use(kind, refusing)


def in_use(kind: str, refusing: Iterable[Use]) -> Problem:
    return conflict(
        f"The {kind} is in use; take it out there first, or delete it with ?force=true.", uses=list(refusing)
    )


def _users(unit: Unit, kind: str, ids: Any, *, refuses: bool) -> Iterator[Use]:
    """`ids` are those of one kind, as a list or as a SELECT."""
    for naming in NAMED_BY.get(kind, ()):
        users = unit.select(naming.column.table, naming.user).where(naming.column.in_(ids))
        for row in unit.rows(_named(unit, naming.kind, users)):
            yield Use(
                naming.kind,
                row["id"],
                row["name"] or "",
                row["level"],
                page_of(naming.kind, row["id"]) or WHERE_PUBLICATIONS_ARE,
                refuses,
                refuses and naming.goes_too,
            )
        yield from _users(unit, naming.kind, users, refuses=False)


def _named(unit: Unit, kind: str, users: Select[Any]) -> Select[Any]:
    """Their id, name and level; publications that are over use nothing any more."""
    thing = THINGS[kind]
    is_publication = kind == PUBLICATION
    level = tables.overrides.c.level if is_publication else null()
    query = unit.select(thing.table, thing.table.c.id, thing.name.label("name"), level.label("level"))
    return query.where(thing.table.c.id.in_(users), standing(unit.now) if is_publication else true())
