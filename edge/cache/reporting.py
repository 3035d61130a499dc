"""What a heartbeat says, and when one is worth sending before its turn. Pure, apart from `Reporter`, which reads files.

A person who pressed Publish watches the cloud's page: what changes the answer to "has it arrived, is it on, is
anything wrong" is told at once. That a playlist went on to its next item is told too, but not more often than a third
of the beat: ten thousand screens with short items must not become ten thousand messages a second.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from edge.cache.metrics import machine_metrics
from edge.paths import DevicePaths
from edge.status import CacheStatus, PlayerStatus, Problem, read_status
from vizora.device_api import UpdateReport
from vizora.schedule.model import ClockTrust

MOST_UNPLAYABLE = 20
"""A heartbeat is a short message."""
BURST = 3
"""Reports that may follow each other at once, as "downloaded" and "on the glass" do; then it is one a second."""
REFILL_S = 1.0
ITEM_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class News:
    """What a report is about, without what always changes a little. Two that are equal need not both be told."""

    manifest_version: int | None = None
    problems: tuple[Problem | None, ...] = ()
    state: str = ""
    source: tuple[object, object] = (None, None)
    """Kind and id of what plays: an override, a schedule, the fallback."""
    playlists: frozenset[object] = frozenset()
    unplayable: frozenset[str] = frozenset()
    update: UpdateReport | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """A look at the screen: the news, and which items are on."""

    news: News
    items: frozenset[tuple[object, object]]


def glance(cache: CacheStatus | None, player: PlayerStatus | None, update: UpdateReport | None = None) -> Glance:
    version, cache_problem = (cache.manifest_version, cache.problem) if cache else (None, None)
    if player is None:
        return Glance(News(version, (cache_problem, None), update=update), frozenset())
    source = (player.answer or {}).get("source")
    source = source if isinstance(source, Mapping) else {}
    news = News(
        manifest_version=version,
        problems=(cache_problem, player.problem),
        state=player.state,
        source=(source.get("kind"), source.get("id")),
        playlists=frozenset(str(shown.get("playlistId")) for shown in player.shown),
        unplayable=frozenset(player.unplayable),
        update=update,
    )
    return Glance(news, frozenset((str(shown.get("zoneId")), str(shown.get("itemId"))) for shown in player.shown))


class ReportPace:
    """Whether a report is due before its turn. Times are seconds of a monotonic clock, given by the caller."""

    def __init__(self) -> None:
        self._told: Glance | None = None
        self._told_at = float("-inf")
        self._asked: Glance | None = None
        self._left = float(BURST)
        self._counted_at = float("-inf")

    def is_due(self, told: Glance | None, seen: Glance, at: float, beat_s: float) -> bool:
        """Whether `seen` has to be told now, when `told` was the last report. True once for each thing to tell.

        What comes too fast is due a little later, when it is still so.
        """
        if told is not self._told:
            self._told, self._told_at = told, at
        if told is None or seen == told:
            self._asked = None
            return False
        is_item = seen.news == told.news
        if seen == self._asked or (is_item and at - self._told_at < beat_s * ITEM_SHARE) or not self._may(at):
            return False
        self._asked = seen
        return True

    def _may(self, at: float) -> bool:
        self._left = min(BURST, self._left + (at - self._counted_at) / REFILL_S)
        self._counted_at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Reporter:
    """Composes a heartbeat from what the processes left in the run folder. `report` is for the realtime threads."""

    def __init__(
        self,
        paths: DevicePaths,
        cache: Callable[[], CacheStatus | None],
        clock_trust: Callable[[], ClockTrust],
        update: Callable[[], UpdateReport | None],
    ) -> None:
        self._paths = paths
        self._cache = cache
        self._clock_trust = clock_trust
        self._update = update
        self.told: Glance | None = None
        """What the last report said; None before the first one."""

    def glance(self) -> Glance:
        """How it is now, for the loop's thread."""
        return glance(self._cache(), self._player(), self._update())

    def report(self) -> dict[str, Any]:
        cache, player, update = self._cache(), self._player(), self._update()
        self.told = glance(cache, player, update)
        return {
            "metrics": {**machine_metrics(self._paths.state), "clock": str(self._clock_trust())},
            "currentContent": _current_content(player),
            "manifestVersion": cache.manifest_version if cache else None,
            "problem": msgspec.to_builtins(cache.problem) if cache else None,
            "update": msgspec.to_builtins(update),
        }

    def _player(self) -> PlayerStatus | None:
        return read_status(self._paths.player_status, PlayerStatus)


def _current_content(player: PlayerStatus | None) -> dict[str, Any] | None:
    if player is None:
        return None
    return {
        "at": player.at,
        "state": player.state,
        "source": (player.answer or {}).get("source"),
        "shown": list(player.shown),
        "problem": msgspec.to_builtins(player.problem),
        "unplayable": dict(list(player.unplayable.items())[:MOST_UNPLAYABLE]),
    }
