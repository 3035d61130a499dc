from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizora.schedule.instants import AFTER_TIME, BEFORE_TIME, instant, instant_or_none, micros


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_survives_the_way_there_and_back(at: datetime) -> None:
    assert instant(micros(at)) == at


def test_other_offsets_are_the_same_instant() -> None:
    at = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))

    assert micros(at) == micros(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-01-01T00:00:00 has no time zone"):
        micros(datetime(2026, 1, 1))  # noqa: DTZ001


def test_outside_the_calendar_there_is_its_edge_or_nothing() -> None:
    assert instant(AFTER_TIME) == datetime.max.replace(tzinfo=UTC)
    assert instant(BEFORE_TIME) == datetime.min.replace(tzinfo=UTC)
    assert instant_or_none(AFTER_TIME) is None
    assert instant_or_none(BEFORE_TIME) is None
    assert instant_or_none(0) == datetime(1970, 1, 1, tzinfo=UTC)
