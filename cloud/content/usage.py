"""Where content is in use: what deleting it would take away from people."""

from typing import Any

from sqlalchemy import or_

from cloud.db import tables
from cloud.db.unit import Unit


def usage(unit: Unit, content_id: str) -> dict[str, list[dict[str, Any]]]:
    """The playlists that show it and the instant overrides that run with it; both empty when nothing does."""
    playlists, items, overrides = tables.playlists, tables.playlist_items, tables.overrides
    named = (
        unit.select(playlists, playlists.c.id, playlists.c.name)
        .where(
            playlists.c.id.in_(unit.select(items, items.c.playlist_id).where(items.c.content_id == content_id)),
        )
        .order_by(playlists.c.name)
    )
    running = unit.select(overrides, overrides.c.id, overrides.c.level).where(
        overrides.c.content_id == content_id,
        overrides.c.ended_at.is_(None),
        or_(overrides.c.ends_at.is_(None), overrides.c.ends_at > unit.now),
    )
    return {
        "playlists": [dict(row) for row in unit.rows(named)],
        "overrides": [dict(row) for row in unit.rows(running)],
    }


def take_out(unit: Unit, content_id: str) -> None:
    """Out of every playlist, each of which is another one then: who read it before is told so when they write."""
    playlists, items = tables.playlists, tables.playlist_items
    within = unit.select(items, items.c.playlist_id).where(items.c.content_id == content_id).distinct()
    for playlist_id in unit.connection.scalars(within).all():
        unit.change(playlists, playlist_id)
    unit.connection.execute(unit.delete(items).where(items.c.content_id == content_id))
