from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.clock.trust import BUILT_AT, Confirmation, agrees, floor, holds, judge
from vizora.schedule.model import ClockTrust

FLOOR = datetime(2026, 12, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EARLIER = Confirmation(FLOOR + DAY, monotonic=100.0)


@pytest.mark.parametrize(
    "now",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        FLOOR - timedelta(microseconds=1),
    ],
)
@pytest.mark.parametrize("synchronised", [True, False])
def test_a_clock_below_the_floor_is_untrusted_whatever_else_says(now: datetime, synchronised: bool) -> None:
    confirmation = Confirmation(now, monotonic=100.0)

    assert judge(now, 100.0, FLOOR, synchronised=synchronised, confirmation=confirmation) is ClockTrust.UNTRUSTED


def test_a_clock_at_or_after_the_floor_that_nobody_confirmed_is_at_the_floor() -> None:
    assert judge(FLOOR, 5.0, FLOOR, synchronised=False, confirmation=None) is ClockTrust.FLOOR
    ten_years = FLOOR + 3650 * DAY
    assert judge(ten_years, 5.0, FLOOR, synchronised=False, confirmation=None) is ClockTrust.FLOOR


def test_a_time_source_makes_it_trusted() -> None:
    assert judge(FLOOR, 5.0, FLOOR, synchronised=True, confirmation=None) is ClockTrust.TRUSTED


@pytest.mark.parametrize(
    ("moved", "elapsed", "trust"),
    [
        (timedelta(hours=5), 5 * 3600.0, ClockTrust.TRUSTED),
        (timedelta(hours=5, seconds=59), 5 * 3600.0, ClockTrust.TRUSTED),
        (timedelta(hours=6), 5 * 3600.0, ClockTrust.FLOOR),  # stepped forward
        (timedelta(hours=4), 5 * 3600.0, ClockTrust.FLOOR),  # stepped back
        (timedelta(hours=5), -20.0, ClockTrust.FLOOR),  # another boot
    ],
)
def test_the_clouds_confirmation_holds_while_both_clocks_move_alike(
    moved: timedelta, elapsed: float, trust: ClockTrust
) -> None:
    now = EARLIER.confirmed_at + moved

    assert judge(now, 100.0 + elapsed, FLOOR, synchronised=False, confirmation=EARLIER) is trust


def test_the_cloud_confirms_a_clock_within_a_minute_of_its_own() -> None:
    assert agrees(FLOOR, FLOOR + timedelta(seconds=60))
    assert not agrees(FLOOR, FLOOR + timedelta(seconds=61))
    assert not agrees(FLOOR, FLOOR - timedelta(seconds=61))


def test_the_floor_is_the_newest_of_what_is_known() -> None:
    assert floor() == BUILT_AT
    assert floor(None, BUILT_AT - DAY) == BUILT_AT
    assert floor(BUILT_AT + DAY, None, BUILT_AT + 2 * DAY) == BUILT_AT + 2 * DAY


@given(step=st.floats(-1e9, 1e9), elapsed=st.floats(0, 1e7))
def test_a_confirmation_never_survives_a_step_of_more_than_the_tolerance(step: float, elapsed: float) -> None:
    now = EARLIER.confirmed_at + timedelta(seconds=elapsed + step)

    assert holds(EARLIER, now, 100.0 + elapsed) == (abs((now - EARLIER.confirmed_at).total_seconds() - elapsed) <= 60)
