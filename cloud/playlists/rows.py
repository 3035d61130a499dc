"""Playlists as rows and as what the API shows of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.most import MOST_ITEMS
from cloud.db.unit import Row, Unit
from cloud.playlists.model import NewItem
from cloud.wire import instant


def show(unit: Unit, rows: Sequence[Row]) -> list[dict[str, Any]]:
    items = items_of(unit, [row["id"] for row in rows])
    return [_shown(row, items[row["id"]]) for row in rows]


def show_one(unit: Unit, playlist_id: str) -> dict[str, Any]:
    return show(unit, [unit.find(tables.playlists, playlist_id)])[0]


def items_of(unit: Unit, playlist_ids: Sequence[str]) -> dict[str, list[Row]]:
    """The items of each playlist in their order."""
    table = tables.playlist_items
    found: dict[str, list[Row]] = defaultdict(list)
    if playlist_ids:
        for row in unit.rows(
            unit.select(table).where(table.c.playlist_id.in_(playlist_ids)).order_by(table.c.position)
        ):
            found[row["playlist_id"]].append(row)
    return found


def _shown(row: Row, items: Sequence[Row]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row["description"],
        "order": row["play_order"],
        "items": [_item(item) for item in items],
        "createdAt": instant(row["created_at"]),
        "updatedAt": instant(row["updated_at"]),
    }


def _item(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "contentId": row["content_id"],
        "durationMs": row["duration_ms"],
        "fit": row["fit"],
        "transition": {"kind": row["transition_kind"], "durationMs": row["transition_ms"]},
        "volume": row["volume"],
        "validFrom": instant(row["valid_from"]),
        "validUntil": instant(row["valid_until"]),
    }


def replace_items(unit: Unit, playlist_id: str, items: Sequence[NewItem]) -> None:
    """An item keeps its id while it shows the same content, so that sending a playlist again changes nothing."""
    table = tables.playlist_items
    ids = _kept_ids(items_of(unit, [playlist_id])[playlist_id], items)
    unit.connection.execute(unit.delete(table).where(table.c.playlist_id == playlist_id))
    unit.refuse_beyond(MOST_ITEMS, unit.select(table, func.count()), len(items), "items in playlists")
    unit.insert_many(
        table,
        [
            {
                "id": ids[position],
                "playlist_id": playlist_id,
                "position": position,
                "content_id": item.content_id,
                "duration_ms": item.duration_ms,
                "fit": item.fit.value,
                "transition_kind": item.transition.kind.value,
                "transition_ms": item.transition.duration_ms,
                "volume": item.volume,
                "valid_from": item.valid_from,
                "valid_until": item.valid_until,
            }
            for position, item in enumerate(items)
        ],
    )


def take_out(unit: Unit, content_id: str) -> None:
    """A piece of content, of every playlist; each is another one then: who read it before is told so on writing."""
    playlists, items = tables.playlists, tables.playlist_items
    within = unit.select(items, items.c.playlist_id).where(items.c.content_id == content_id).distinct()
    for playlist_id in unit.connection.scalars(within).all():
        unit.change(playlists, playlist_id)
    unit.connection.execute(unit.delete(items).where(items.c.content_id == content_id))


def _kept_ids(before: Sequence[Row], items: Sequence[NewItem]) -> list[str]:
    """First those that say which item they are, then by content, in order; the rest get new ids."""
    free = {row["id"]: row["content_id"] for row in before}
    ids: list[str | None] = []
    for item in items:
        ids.append(item.id if item.id is not None and free.pop(item.id, None) is not None else None)
    by_content: dict[str, list[str]] = defaultdict(list)
    for id_, content_id in reversed(free.items()):
        by_content[content_id].append(id_)
    return [
        id_ or (by_content[item.content_id].pop() if by_content[item.content_id] else new_id())
        for id_, item in zip(ids, items, strict=True)
    ]
