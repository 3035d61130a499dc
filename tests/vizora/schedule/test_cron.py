import random
from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from vizora.schedule.cron import BadCron, Cron, parse
from vizora.schedule.instants import DAY, MINUTE, instant, micros
from vizora.schedule.zones import zone

FAR = (-(10**6), 10**7)


def starts(expression: str, where: str, begin: datetime, end: datetime) -> list[datetime]:
    pieces = Cron(expression, 1, zone(where), *FAR).pieces(micros(begin), micros(end))
    return [instant(piece[0]) for piece in pieces]


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_occurrences_are_those_of_cronsim(seed: int) -> None:
    """Where cronsim's walk is right: in zones whose clocks change by whole hours, away from midnight."""
    rng = random.Random(seed)
    expression = " ".join(
        [
            rng.choice(["0", "30", "*/15", "5,50", "10-20/5", "*"]),
            rng.choice(["2", "*", "*/3", "1-3", "22,2"]),
            rng.choice(["*", "*", "1", "L", "LW", "10-20", "*/9"]),
            rng.choice(["*", "*", "3", "mar,OCT", "*/2"]),
            rng.choice(["*", "*", "MON", "1-5", "0", "7", "5L", "sun#2"]),
        ]
    )
    begin = datetime(2026, rng.choice([3, 10]), rng.randint(1, 28), tzinfo=UTC)
    end = begin + timedelta(days=12)
    walk = CronSim(expression, (begin - timedelta(seconds=1)).astimezone(zone("Europe/Berlin")))
    expected = []
    for at in walk:
        if at.astimezone(UTC) >= end:
            break
        expected.append(at.astimezone(UTC))

    assert starts(expression, "Europe/Berlin", begin, end) == sorted(set(expected))


def test_half_an_hour_is_skipped_and_repeated_as_an_hour_is() -> None:
    """Lord Howe: from 02:00 to 02:30 on 2026-10-04, from 02:00 back to 01:30 on 2026-04-05."""
    spring = datetime(2026, 10, 3, 15, tzinfo=UTC), datetime(2026, 10, 3, 16, tzinfo=UTC)
    autumn = datetime(2026, 4, 4, 14, 15, tzinfo=UTC), datetime(2026, 4, 4, 15, 45, tzinfo=UTC)

    assert [f"{at:%H:%M}" for at in starts("10 2 * * *", "Australia/Lord_Howe", *spring)] == ["15:30"]
    assert [f"{at:%H:%M}" for at in starts("45 1 * * *", "Australia/Lord_Howe", *autumn)] == ["14:45"]
    assert [f"{at:%H:%M}" for at in starts("*/15 1 * * *", "Australia/Lord_Howe", *autumn)] == [
        "14:15",
        "14:30",
        "14:45",
        "15:00",
        "15:15",
    ]


def test_asked_in_the_middle_of_a_repeated_hour_it_has_already_run() -> None:
    begin = datetime(2026, 10, 25, 1, tzinfo=UTC)

    assert starts("10 2 * * *", "Europe/Berlin", begin, begin + timedelta(minutes=30)) == []
    assert starts("10 2 * * *", "Europe/Berlin", begin - timedelta(hours=1), begin) == [begin - timedelta(minutes=50)]


def test_overlapping_occurrences_are_one_piece() -> None:
    begin = micros(datetime(2026, 1, 1, tzinfo=UTC))
    hourly = Cron("0 9-11 * * *", 90 * MINUTE, zone("UTC"), *FAR)

    assert hourly.pieces(begin, begin + DAY) == [(begin + 540 * MINUTE, begin + 750 * MINUTE)]


def test_an_occurrence_from_the_day_before_still_lasts() -> None:
    begin = micros(datetime(2026, 1, 1, tzinfo=UTC))
    long = Cron("0 12 31 12 *", 3 * DAY, zone("UTC"), *FAR)

    assert long.pieces(begin, begin + DAY) == [(begin, begin + DAY)]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "0 fields; five are needed: minute hour day-of-month month day-of-week, as in `0 9 \\* \\* 1-5`"),
        ("@daily", "1 field; five are needed"),
        ("* * * *", "4 fields; five are needed"),
        ("0 0 9 * * 1", "6 fields; five are needed"),
        ("61 * * * *", r"Bad minute \(allowed: 0 to 59\)"),
        ("0 24 * * *", "Bad hour"),
        ("0 0 0 * *", r"Bad day-of-month \(allowed: 1 to 31"),
        ("0 0 30 2 *", r"Bad day-of-month \(none of these months has such a day\)"),
        ("0 0 * 13 *", "Bad month"),
        ("0 0 * * 8", "Bad day-of-week"),
        ("0 0 * * MON#6", "Bad day-of-week"),
        ("*/0 * * * *", "Bad minute"),
        ("@daily * * * *", "Bad minute"),
        ("0," * 200 + "0 * * * *", "at most 256 are allowed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_field(expression: str, told: str) -> None:
    with pytest.raises(BadCron, match=told) as caught:
        parse(expression)
    assert caught.value.code == "SCHEDULE_001"


@given(st.text(alphabet="0123456789*/,-#LWMONTUEJAN? ", max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        parse(text)
    except BadCron:
        return
    assert len(text.split()) == 5
