"""How much an organization may have of what is read whole to build its screens' manifests.

One process builds those of everybody: without a limit one organization takes its memory and its time from all others.
"""

from collections.abc import Mapping

from sqlalchemy import Table

from cloud.db import tables
from vizora.manifest.limits import MAX_OVERRIDES, MAX_SCHEDULES

MOST: Mapping[Table, int] = {
    tables.content: 50_000,
    tables.playlists: 10_000,
    tables.layouts: 10_000,
    tables.schedules: MAX_SCHEDULES,
}
MOST_ITEMS = 100_000
"""Of all playlists together."""
MOST_PUBLICATIONS = MAX_OVERRIDES
"""That stand at the same time."""
