"""What ids of plays are called now; what was deleted since has no name."""

from collections.abc import Iterable

from cloud import things
from cloud.analytics.queries import Key
from cloud.db.unit import Unit

KINDS = {Key.CONTENT: "content", Key.DEVICE: "device", Key.PLAYLIST: "playlist", Key.SCHEDULE: "schedule"}


def names_of(unit: Unit, key: Key, ids: Iterable[str | None]) -> dict[str, str]:
    return things.names_of(unit, KINDS[key], ids)
