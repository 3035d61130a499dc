from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.cache.reporting import BURST, Glance, News, Reporter, ReportPace, glance
from edge.paths import DevicePaths
from edge.status import CacheState, CacheStatus, PlayerStatus, Problem
from vizora.schedule.model import ClockTrust

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
BEAT_S = 15.0
CACHE = CacheStatus(at=NOON, state=CacheState.IDLE, manifest_version=1)
FULL = Problem("VZ-112", "Storage is full.")


def player(item: str = "soup", **changes: Any) -> PlayerStatus:
    shown = {"zoneId": "main", "playlistId": "p", "itemId": item, "since": "t"}
    fields = {"state": "playing", "answer": {"source": {"kind": "schedule", "id": "s"}}, "shown": (shown,), **changes}
    return PlayerStatus(boot_id="b", at="t", **fields)


BEFORE = glance(CACHE, player())


@pytest.mark.parametrize(
    "after",
    [
        glance(msgspec.structs.replace(CACHE, manifest_version=2), player()),
        glance(msgspec.structs.replace(CACHE, problem=FULL), player()),
        glance(CACHE, player(problem=FULL)),
        glance(CACHE, player(answer={"source": {"kind": "override", "id": "o"}})),
        glance(CACHE, player(state="slate", shown=())),
        glance(CACHE, player(unplayable={"soup": "damaged"})),
        glance(CACHE, None),
    ],
    ids=["new programme", "problem", "player's problem", "override", "slate", "unplayable", "player gone"],
)
def test_what_somebody_may_wait_for_is_told_at_once_and_once(after: Glance) -> None:
    pace = ReportPace()
    assert not pace.is_due(BEFORE, BEFORE, 100, BEAT_S)

    assert pace.is_due(BEFORE, after, 100, BEAT_S)
    assert not pace.is_due(BEFORE, after, 100.1, BEAT_S)  # asked for, not composed yet
    assert not pace.is_due(after, after, 100.2, BEAT_S)


def test_the_next_item_waits_for_a_third_of_the_beat() -> None:
    pace, after = ReportPace(), glance(CACHE, player("salad"))
    pace.is_due(BEFORE, BEFORE, 100, BEAT_S)

    due = [at for at in range(100, 110) if pace.is_due(BEFORE, after, at, BEAT_S)]

    assert due == [105]


def test_when_only_the_time_changed_there_is_nothing_to_tell() -> None:
    later = msgspec.structs.replace(CACHE, at=NOON.replace(hour=13), plays_waiting=7, disk_free=1)
    shown = ({"zoneId": "main", "playlistId": "p", "itemId": "soup", "since": "later"},)

    assert glance(later, player(shown=shown)) == BEFORE


def test_before_the_first_heartbeat_nothing_is_due() -> None:
    assert not ReportPace().is_due(None, BEFORE, 100, BEAT_S)


def test_what_is_so_again_was_not_told_yet() -> None:
    pace, other = ReportPace(), glance(CACHE, None)

    assert pace.is_due(BEFORE, other, 100, BEAT_S)
    assert not pace.is_due(BEFORE, BEFORE, 100.1, BEAT_S)
    assert pace.is_due(BEFORE, other, 100.2, BEAT_S)


@settings(max_examples=40)
@given(st.lists(st.floats(0.0, 0.5), min_size=1, max_size=200))
def test_however_it_flickers_it_is_told_about_once_a_second_and_the_last_word_is_told(pauses: list[float]) -> None:
    pace, at, told, reports = ReportPace(), 0.0, BEFORE, 0
    for number, pause in enumerate(pauses):
        at += pause
        seen = Glance(News(manifest_version=number), frozenset())
        if pace.is_due(told, seen, at, BEAT_S):
            told, reports = seen, reports + 1
    for _ in range(4):
        at += 0.5
        if pace.is_due(told, seen, at, BEAT_S):
            told, reports = seen, reports + 1

    assert reports <= BURST + at
    assert told == seen


def test_a_report_says_what_player_and_cache_left_and_remembers_what_it_said(tmp_path: Path) -> None:
    paths = DevicePaths(tmp_path / "state", tmp_path)
    paths.player_status.write_bytes(msgspec.json.encode(player(unplayable={str(n): "damaged" for n in range(30)})))
    reporter = Reporter(paths, lambda: CACHE, lambda: ClockTrust.FLOOR, lambda: None)
    assert reporter.told is None

    report = reporter.report()

    assert report["manifestVersion"] == 1
    assert report["metrics"]["clock"] == "floor"
    assert report["currentContent"]["shown"][0]["itemId"] == "soup"
    assert len(report["currentContent"]["unplayable"]) == 20
    assert reporter.told == reporter.glance()
