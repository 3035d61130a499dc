"""Everything an organization has to show, read once; the builder picks what one screen needs of it."""

from collections import defaultdict
from dataclasses import dataclass

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.publishing.standing import standing


@dataclass(frozen=True, slots=True)
class Library:
    """Rows by id; lists in the order they are played or laid."""

    schedules: tuple[Row, ...]
    overrides: tuple[Row, ...]
    playlists: dict[str, Row]
    items: dict[str, list[Row]]
    """By playlist."""
    layouts: dict[str, Row]
    zones: dict[str, list[Row]]
    """By layout."""
    content: dict[str, Row]


def load(unit: Unit) -> Library:
    """Overrides are those that stand: not ended by anybody, and not run out."""
    overrides, items, zones = tables.overrides, tables.playlist_items, tables.layout_zones
    current = unit.select(overrides).where(standing(unit.now))
    return Library(
        schedules=tuple(unit.rows(unit.select(tables.schedules).order_by(tables.schedules.c.id))),
        overrides=tuple(unit.rows(current.order_by(overrides.c.starts_at, overrides.c.id))),
        playlists={row["id"]: row for row in unit.rows(unit.select(tables.playlists))},
        items=_grouped(unit.rows(unit.select(items).order_by(items.c.position)), "playlist_id"),
        layouts={row["id"]: row for row in unit.rows(unit.select(tables.layouts))},
        zones=_grouped(unit.rows(unit.select(zones).order_by(zones.c.position)), "layout_id"),
        content={row["id"]: row for row in unit.rows(unit.select(tables.content))},
    )


def _grouped(rows: list[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
