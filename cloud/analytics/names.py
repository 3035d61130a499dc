"""What ids are called now; what was deleted since has no name."""

from collections.abc import Iterable, Sequence

from cloud.analytics.queries import Key
from cloud.db import tables
from cloud.db.unit import Unit

NAMED = {
    Key.CONTENT: (tables.content, tables.content.c.title),
    Key.DEVICE: (tables.devices, tables.devices.c.nickname),
    Key.PLAYLIST: (tables.playlists, tables.playlists.c.name),
    Key.SCHEDULE: (tables.schedules, tables.schedules.c.name),
}
AT_ONCE = 5000
"""Ids in one query; SQLite takes 32,766 at most."""


def names_of(unit: Unit, key: Key, ids: Iterable[str | None]) -> dict[str, str]:
    table, name = NAMED[key]
    wanted = sorted({id_ for id_ in ids if id_})
    names: dict[str, str] = {}
    for some in _cut(wanted, AT_ONCE):
        rows = unit.rows(unit.select(table, table.c.id, name.label("name")).where(table.c.id.in_(some)))
        names.update((row["id"], row["name"]) for row in rows)
    return names


def _cut(items: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
