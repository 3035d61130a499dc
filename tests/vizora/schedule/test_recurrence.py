from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vizora.manifests import schedule, utc
from vizora.manifest.model import Cron, Recurrence, Weekly
from vizora.schedule import cron
from vizora.schedule.instants import DAY, MINUTE, micros
from vizora.schedule.recurrence import BadCron, BadTime, BadZone, check, check_dates, check_zone, rule
from vizora.schedule.wall import join
from vizora.schedule.zones import zone

FAR = (-(10**6), 10**7)
START = micros(utc(2026, 1, 1))

expressions = st.sampled_from(
    [
        "0 8 * * *",
        "* * * * *",
        "*/20 * * * *",
        "0 */6 * * *",
        "30 2 * * *",
        "0 0 1 * *",
        "15,45 2-3 * * SUN",
        "0 9 * * 1-5",
    ]
)
minutes_long = st.sampled_from([1, 19, 20, 30, 60, 6 * 60, 24 * 60 - 1, 24 * 60, 25 * 60, 5 * 24 * 60])
places = st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "UTC", "Africa/Casablanca"])
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))


@given(expressions, minutes_long, places, st.integers(0, 365), st.integers(1, 90))
@settings(max_examples=30, deadline=None)
def test_a_cron_schedule_is_active_from_each_occurrence_for_its_duration(
    expression: str, minutes: int, place: str, day: int, days: int
) -> None:
    low, high, duration = START + day * DAY, START + (day + days) * DAY, minutes * MINUTE
    instants = cron.Cron(expression, 1, zone(place), *FAR).pieces(low - duration, high)
    lasting = join([(start, start + duration) for start, _ in instants])

    found = cron.Cron(expression, duration, zone(place), *FAR).pieces(low, high)

    assert found == [(max(start, low), min(end, high)) for start, end in lasting if end > low]


recurrences: st.SearchStrategy[Recurrence] = st.one_of(
    st.builds(Cron, expression=expressions, duration_ms=minutes_long.map(lambda minutes: minutes * 60_000)),
    st.builds(
        Weekly,
        days=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(tuple),
        start_time=clocks,
        end_time=clocks,
    ),
)


@given(recurrences, places, st.lists(st.integers(0, 400 * 24), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_runs_are_whole_however_they_are_asked_for(recurrence: Recurrence, place: str, hours: list[int]) -> None:
    one = schedule("s", recurrence, time_zone=place)
    all_of_them = rule(one).runs(START - 800 * DAY, START + 800 * DAY)
    asked = rule(one)
    for hour in hours:
        at = START + hour * 60 * MINUTE

        assert asked.runs(at, at + 1) == [run for run in all_of_them if run[0] <= at < run[1]]


def test_runs_neither_overlap_nor_touch() -> None:
    shifts = schedule("s", Weekly(days=(1, 2, 4), start_time="06:00", end_time="06:00"), time_zone="UTC")
    runs = rule(shifts).runs(START, START + 14 * DAY)

    assert [(end - start) // DAY for start, end in runs] == [1, 2, 1, 2]
    assert all(one[1] < other[0] for one, other in pairwise(runs))


@pytest.mark.parametrize(
    ("act", "error", "code"),
    [
        (lambda: check(Cron(expression="x", duration_ms=1)), BadCron, "SCHEDULE_001"),
        (lambda: check_zone("Berlin"), BadZone, "SCHEDULE_002"),
        (lambda: check_dates("2026-13-01", None), BadTime, "VALIDATION_001"),
        (lambda: check(Weekly(days=(0,), start_time="08:00", end_time="09:00")), BadTime, "VALIDATION_001"),
    ],
)
def test_the_clouds_checks_carry_the_contracts_code(act: object, error: type[Exception], code: str) -> None:
    assert callable(act)
    with pytest.raises(error) as caught:
        act()
    assert caught.value.code == code  # type: ignore[attr-defined]


def test_what_can_be_read_passes_the_checks() -> None:
    check(Cron(expression="0 9 * * 1-5", duration_ms=int(timedelta(hours=1) / timedelta(milliseconds=1))))
    check_zone("Europe/Berlin")
    check_dates("2026-01-01", "2026-01-01")
