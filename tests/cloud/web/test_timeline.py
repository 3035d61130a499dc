"""What plays when, drawn: bars where they belong, in the screen's own time, clock changes included."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cloud.web.timeline import Names, board, midnight
from vizora.schedule.zones import zone

BERLIN = zone("Europe/Berlin")
NAMES = Names({"s1": "Mornings"}, {"p1": "Bread"}, {"o1": "Closed today"}, {"s1": 7, "s2": 7})


def segment(start: str, end: str, kind: str = "schedule", id_: str | None = "s1") -> dict[str, Any]:
    zones = [] if kind == "none" else [{"zoneId": "main", "playlistId": "p1" if kind != "override" else "o1"}]
    return {"from": start, "to": end, "source": {"kind": kind, "id": id_}, "zones": zones}


def draw(*segments: dict[str, Any], day: date = date(2026, 11, 22), now: str = "2026-11-22T11:00:00+00:00") -> Any:
    return board({"segments": segments}, [day], BERLIN, datetime.fromisoformat(now), NAMES)


def test_a_bar_lies_where_the_screens_clock_says() -> None:
    drawn = draw(segment("2026-11-22T05:00:00Z", "2026-11-22T11:00:00Z"))

    (bar,) = drawn.lanes[0].bars
    assert (bar.x, bar.width) == (25.0, 25.0)
    assert bar.words == "06:00–12:00 Mornings"
    assert drawn.lanes[0].now == 50.0


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clock_changes_is_as_long_as_it_is(day: date, hours: int) -> None:
    start, end = midnight(day, BERLIN).astimezone(UTC), midnight(day + timedelta(days=1), BERLIN).astimezone(UTC)
    first = segment(start.isoformat(), (start + timedelta(hours=1)).isoformat())
    rest = segment((start + timedelta(hours=1)).isoformat(), end.isoformat(), "fallback", "p1")

    bars = draw(first, rest, day=day).lanes[0].bars

    assert end - start == timedelta(hours=hours)
    assert bars[0].width == pytest.approx(100 / hours, abs=0.01)
    assert bars[1].x + bars[1].width == pytest.approx(100, abs=0.01)


def test_what_reaches_over_midnight_is_in_both_days() -> None:
    night = segment("2026-11-22T21:00:00Z", "2026-11-23T05:00:00Z")
    days = [date(2026, 11, 22), date(2026, 11, 23)]

    lanes = board({"segments": [night]}, days, BERLIN, datetime(2026, 11, 25, tzinfo=UTC), NAMES).lanes

    assert [(bar.x, bar.width) for lane in lanes for bar in lane.bars] == [(91.667, 8.333), (0.0, 25.0)]
    assert [lane.now for lane in lanes] == [None, None]


def test_gaps_and_conflicts_are_named() -> None:
    conflict = {"kind": "tie", "from": "2026-11-22T05:00:00Z", "winnerId": "s1", "loserId": "s2"}
    timeline = {"segments": [segment("2026-11-22T05:00:00Z", "2026-11-22T11:00:00Z", "none", None)]}

    drawn = board({**timeline, "conflicts": [conflict]}, [], BERLIN, datetime(2026, 11, 22, tzinfo=UTC), NAMES)

    assert [row.start.hour for row in drawn.gaps] == [6]
    assert (
        drawn.conflicts[0].sentence
        == "“Mornings” and “s2” have the same priority (7). Give one of them the higher one."
    )


def test_overrides_are_called_by_what_they_show_and_unknown_things_by_their_kind() -> None:
    rows = draw(
        segment("2026-11-22T05:00:00Z", "2026-11-22T06:00:00Z", "override", "o1"),
        segment("2026-11-22T06:00:00Z", "2026-11-22T07:00:00Z", "schedule", "gone"),
    ).rows

    assert [(row.source.name, row.source.tone) for row in rows] == [
        ("Closed today", "tone-override"),
        ("Schedule", "tone-0"),
    ]
