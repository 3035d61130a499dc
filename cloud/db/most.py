"""How much an organization may have of what is read whole to build its screens' manifests.

One process builds those of everybody: without a limit one organization takes its memory and its time from all others.
"""

from collections.abc import Mapping

from sqlalchemy import Table

from cloud.db import tables
from vizora.manifest.limits import MAX_OVERRIDES, MAX_SCHEDULES

MOST: Mapping[Table, tuple[int, str]] = {
    tables.content: (50_000, "pieces of content"),
    tables.playlists: (10_000, "playlists"),
    tables.layouts: (10_000, "layouts"),
    tables.schedules: (MAX_SCHEDULES, "schedules"),
}
"""So many, and what they are called."""
MOST_ITEMS = 100_000
"""Of all playlists together."""
MOST_PUBLICATIONS = MAX_OVERRIDES
"""That stand at the same time."""
