import pytest

from tests.vizora.manifests import utc
from vizora.schedule.instants import DAY, HOUR, MINUTE, micros
from vizora.schedule.wall import (
    BadTime,
    date_of,
    day_number,
    first_reading,
    iso_weekday,
    join,
    last_reading,
    shown_between,
    time_of_day,
    wall_time,
)
from vizora.schedule.zones import zone

BERLIN = zone("Europe/Berlin")


def test_times_are_read_as_written() -> None:
    assert time_of_day("08:30") == 8 * HOUR + 30 * MINUTE
    assert day_number("1970-01-02") == 1
    assert wall_time("1970-01-02T00:01") == DAY + MINUTE
    assert wall_time("1970-01-02T00:01:01") == DAY + MINUTE + 1_000_000
    assert date_of(day_number("2026-12-24")).isoformat() == "2026-12-24"
    assert [iso_weekday(day_number(f"2026-03-{day}")) for day in (23, 25, 29)] == [1, 3, 7]


@pytest.mark.parametrize("text", ["", "8:00", "24:00", "08:60", "08:00:00", "٠٨:٠٠", "08:00\n", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(BadTime, match="00:00 to 23:59 is allowed, and midnight is 00:00"):
        time_of_day(text)


@pytest.mark.parametrize("text", ["", "2026-02-30", "20260101", "2026-1-1", "2026-W01-1", "0000-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadTime, match="one such as 2026-12-24 is allowed"):
        day_number(text)


@pytest.mark.parametrize("text", ["", "2026-02-30T10:00", "2026-01-01", "2026-01-01T10:00Z", "2026-01-01T25:00"])
def test_what_is_no_local_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime, match="one such as 2026-12-24T18:00 is allowed"):
        wall_time(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-25T12:00", utc(2026, 3, 25, 11), utc(2026, 3, 25, 11)),
        ("2026-03-29T02:30", utc(2026, 3, 29, 1), utc(2026, 3, 29, 1)),
        ("2026-03-29T03:00", utc(2026, 3, 29, 1), utc(2026, 3, 29, 1)),
        ("2026-10-25T02:30", utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
        ("2026-10-25T03:00", utc(2026, 10, 25, 2), utc(2026, 10, 25, 2)),
    ],
)
def test_the_first_and_the_last_reading_of_a_wall_time(text: str, first: object, last: object) -> None:
    assert first_reading(BERLIN, wall_time(text)) == micros(first)  # type: ignore[arg-type]
    assert last_reading(BERLIN, wall_time(text)) == micros(last)  # type: ignore[arg-type]


def test_a_short_stretch_of_a_repeated_hour_is_shown_twice() -> None:
    shown = shown_between(BERLIN, wall_time("2026-10-25T02:15"), wall_time("2026-10-25T02:45"))

    assert shown == [
        (micros(utc(2026, 10, 25, 0, 15)), micros(utc(2026, 10, 25, 0, 45))),
        (micros(utc(2026, 10, 25, 1, 15)), micros(utc(2026, 10, 25, 1, 45))),
    ]


def test_runs_are_joined_where_they_overlap_or_touch() -> None:
    assert join([(5, 7), (0, 2), (2, 3), (1, 2), (6, 9)]) == [(0, 3), (5, 9)]
    assert join([(0, 10), (2, 3)]) == [(0, 10)]
