from datetime import UTC, datetime, timedelta

import pytest

from cloud.analytics.calendar import by_day, by_hour, step_s
from cloud.analytics.queries import HOUR_S, QUARTER_S, Count
from vizora.schedule.zones import zone

ONE = Count(1, 1, 10)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def every(step: timedelta, start: str, count: int) -> dict[datetime, Count]:
    return {utc(start) + number * step: ONE for number in range(count)}


def test_days_are_those_of_the_place() -> None:
    slots = by_day(every(HOUR, "2026-11-20T22:00", 4), zone("Europe/Berlin"))

    assert [(slot.label, slot.start, slot.count.plays) for slot in slots] == [
        ("2026-11-20", utc("2026-11-19T23:00"), 1),
        ("2026-11-21", utc("2026-11-20T23:00"), 3),
    ]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_on_which_clocks_change_has_as_many_hours_as_it_had(day: str, hours: int) -> None:
    buckets = every(HOUR, f"{day}T00:00", 26) | every(HOUR, f"{day}T00:00", 26)
    start = utc(f"{day}T00:00") - 3 * HOUR
    buckets = {start + number * HOUR: ONE for number in range(40)} | buckets

    days = {slot.label: slot.count.plays for slot in by_day(buckets, zone("Europe/Berlin"))}

    assert days[day] == hours


def test_the_two_hours_that_autumn_gives_one_name_stay_two() -> None:
    slots = by_hour(every(HOUR, "2026-10-25T00:00", 3), zone("Europe/Berlin"))

    assert [slot.label for slot in slots] == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]


def test_hours_of_a_place_half_an_hour_off_are_gathered_from_quarters() -> None:
    slots = by_hour(every(timedelta(minutes=15), "2026-11-20T00:00", 6), zone("Asia/Kolkata"))

    assert [(slot.label, slot.start, slot.count.plays) for slot in slots] == [
        ("2026-11-20T05:00+05:30", utc("2026-11-19T23:30"), 2),
        ("2026-11-20T06:00+05:30", utc("2026-11-20T00:30"), 4),
    ]


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("UTC", HOUR_S), ("Europe/Berlin", HOUR_S), ("Asia/Kolkata", QUARTER_S), ("Asia/Kathmandu", QUARTER_S),
        ("Australia/Lord_Howe", QUARTER_S),
    ],
)  # fmt: skip
def test_quarters_are_counted_only_where_they_are_needed(name: str, step: int) -> None:
    assert step_s(zone(name), utc("2026-01-01T00:00"), utc("2026-12-01T00:00")) == step
