"""`/api/playlists` (CONTRACT section 3)."""

import secrets

import msgspec

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.lists import page, searched
from cloud.playlists import rows
from cloud.playlists.model import NewPlaylist, PlaylistChange, check_items
from cloud.principals import Access
from cloud.rooms import Room
from cloud.uses.uses import check_unused

SEEDS = 2**31
"""The seed of a shuffle; any will do, but it never changes, so that all screens shuffle alike."""


def listing(call: Call, unit: Unit) -> Reply:
    playlists = tables.playlists
    query = searched(call, unit.select(playlists), playlists.c.name)
    return Reply(page(call, unit, query, playlists, lambda found: rows.show(unit, found)))


def create(call: Call, unit: Unit) -> Reply:
    new: NewPlaylist = call.body
    check_items(unit, new.items)
    playlist_id = unit.create(
        tables.playlists,
        name=new.name,
        description=new.description,
        play_order=new.order.value,
        seed=secrets.randbelow(SEEDS),
    )
    rows.replace_items(unit, playlist_id, new.items)
    return Reply(rows.show_one(unit, playlist_id), status=201, revision=1)


def get(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.playlists, call.id)
    return Reply(rows.show(unit, [row])[0], revision=row["revision"])


def replace(call: Call, unit: Unit) -> Reply:
    new: NewPlaylist = call.body
    change = PlaylistChange(name=new.name, order=new.order, items=new.items, description=new.description)
    return _change(call, unit, change)


def change(call: Call, unit: Unit) -> Reply:
    return _change(call, unit, call.body)


def _change(call: Call, unit: Unit, change: PlaylistChange) -> Reply:
    row = unit.find(tables.playlists, call.id)
    call.check_match(row["revision"])
    if change.items is not msgspec.UNSET:
        check_items(unit, change.items)
        rows.replace_items(unit, call.id, change.items)
    given = {"name": change.name, "description": change.description, "play_order": change.order}
    unit.change(tables.playlists, call.id, **{k: v for k, v in given.items() if v is not msgspec.UNSET})
    unit.screens_may_change()
    return Reply(rows.show_one(unit, call.id), revision=row["revision"] + 1)


def delete(call: Call, unit: Unit) -> Reply:
    row = unit.find(tables.playlists, call.id)
    call.check_match(row["revision"])
    check_unused(unit, "playlist", call.id, call.query("force"))
    unit.remove(tables.playlists, call.id)
    unit.screens_may_change()
    return Reply(status=204)


_ALL, _ONE = "/api/playlists", "/api/playlists/{id}"
ROOM = Room(
    endpoints=(
        Endpoint("GET", _ALL, listing, Access.VIEWER),
        Endpoint("POST", _ALL, create, Access.MANAGER, NewPlaylist, "playlist.create", idempotent=True),
        Endpoint("GET", _ONE, get, Access.VIEWER),
        Endpoint("PUT", _ONE, replace, Access.MANAGER, NewPlaylist, "playlist.update"),
        Endpoint("PATCH", _ONE, change, Access.MANAGER, PlaylistChange, "playlist.update"),
        Endpoint("DELETE", _ONE, delete, Access.MANAGER, action="playlist.delete"),
    )
)
