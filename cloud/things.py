"""The things of an organization, by kind: what one of them is called, and which web page shows it.

A kind is the first word of the audit log's actions: `playlist` of `playlist.create`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Unit


@dataclass(frozen=True, slots=True)
class Thing:
    table: Table
    name: ColumnElement[Any]
    page: str = ""
    """Its web page: `{id}` stands for its id. Empty where it has none of its own."""
    read: Callable[[Any], str] = str
    """What is in `name`, as a text."""


def _person() -> ColumnElement[Any]:
    """First and last name; the address of somebody without."""
    users = tables.users
    full = func.trim(users.c.first_name + " " + users.c.last_name)
    return func.coalesce(func.nullif(full, ""), users.c.email)


def _published() -> ColumnElement[Any]:
    """A publication is called as what it shows."""
    shown = (
        (tables.playlists, tables.playlists.c.name, "playlist_id"),
        (tables.layouts, tables.layouts.c.name, "layout_id"),
        (tables.content, tables.content.c.title, "content_id"),
    )
    names = (select(name).where(table.c.id == tables.overrides.c[key]).scalar_subquery() for table, name, key in shown)
    return func.coalesce(*names)


def _uploaded(metadata: Mapping[str, str]) -> str:
    """Read here, for PostgreSQL can't take a text out of JSON that has the character U+0000 in it."""
    return next((metadata[name] for name in ("title", "filename", "name") if metadata.get(name)), "")


THINGS: Mapping[str, Thing] = {
    "content": Thing(tables.content, tables.content.c.title, "/content/{id}"),
    "playlist": Thing(tables.playlists, tables.playlists.c.name, "/playlists/{id}"),
    "layout": Thing(tables.layouts, tables.layouts.c.name, "/layouts/{id}"),
    "schedule": Thing(tables.schedules, tables.schedules.c.name, "/schedules/{id}"),
    "device": Thing(tables.devices, tables.devices.c.nickname, "/screens/{id}"),
    "publish": Thing(tables.overrides, _published()),
    "upload": Thing(tables.uploads, tables.uploads.c.upload_metadata, read=_uploaded),
    "user": Thing(tables.users, _person()),
    "invitation": Thing(tables.invitations, tables.invitations.c.email),
    "api-token": Thing(tables.api_tokens, tables.api_tokens.c.name),
    "enrolment-token": Thing(tables.enrolment_tokens, tables.enrolment_tokens.c.name),
    "organization": Thing(tables.organizations, tables.organizations.c.name),
}


def names_of(unit: Unit, kind: str, ids: Iterable[str | None]) -> dict[str, str]:
    """What things of the unit's organization are called now, by id. What is not there, or has no name, is left out."""
    thing, wanted = THINGS.get(kind), {id_ for id_ in ids if id_}
    if thing is None or not wanted:
        return {}
    named = unit.select(thing.table, thing.table.c.id, thing.name.label("name"))
    found = unit.rows(named.where(among(unit, thing.table.c.id, wanted)))
    return {row["id"]: name for row in found if row["name"] and (name := thing.read(row["name"]))}


def page_of(kind: str, id_: str) -> str | None:
    """Where people see it on the web; None of what has no page of its own."""
    thing = THINGS.get(kind)
    return thing.page.replace("{id}", id_) if thing and thing.page else None
