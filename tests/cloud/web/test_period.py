"""Which days a page of figures looks at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cloud.web.period import chosen
from vizora.schedule.zones import zone

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(("name", "days"), [("today", 1), ("7", 7), ("30", 30), ("90", 90), ("nonsense", 7), ("", 7)])
def test_a_usual_period_ends_with_today(name: str, days: int) -> None:
    period = chosen({"period": name}, TODAY)

    assert period.last == TODAY
    assert len(period.days) == days


def test_days_of_ones_own_are_taken_as_they_are() -> None:
    period = chosen({"from": "2026-10-25", "to": "2026-10-25"}, TODAY)

    start, end = period.instants(zone("Europe/Berlin"))
    assert period.name == ""
    assert start == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert end - start == timedelta(hours=25)  # the day the clocks go back


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-20", "to": "2026-11-01"},
        {"from": "2020-01-01", "to": "2026-11-01"},
        {"from": "x", "to": "2026-11-01"},
        {"from": "0001-01-01", "to": "0001-01-02"},
    ],
)
def test_days_that_make_no_sense_count_as_the_last_week(query: dict[str, str]) -> None:
    assert chosen(query, TODAY) == chosen({}, TODAY)
