"""Who answers the questions about plays, and whether plays have to be sent there."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cloud.analytics.queries import PlayQueries
from cloud.analytics.table_queries import TableQueries
from cloud.db.unit import Unit


class Sink(PlayQueries, Protocol):
    """A server of its own that keeps plays. Blocking; any thread may call it."""

    def take(self, plays: Sequence[Mapping[str, Any]]) -> None:
        """Keeps these rows of `plays`; when it returns they are kept. The same play may come again, in any batch:
        it is counted once. Raises SinkAway when it can't be reached, SinkRefused when it says no."""

    def is_empty(self) -> bool: ...


class Analytics:
    """The part that rooms ask for: `cloud.part(Analytics)`."""

    def __init__(self, sink: Sink | None = None) -> None:
        self.sink = sink
        self.filled = False
        """Whether this process saw that the sink has something, or gave it everything."""

    def queries(self, unit: Unit) -> PlayQueries:
        return TableQueries(unit) if self.sink is None else self.sink
