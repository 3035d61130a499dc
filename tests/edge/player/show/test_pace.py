import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.player.show.pace import SLEW, STEP, Pace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICK = 1 / 60
STEPS = tuple(timedelta(seconds=s) for s in (1, 60, 3600, 86_400, 365 * 86_400))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_it_is_the_wall_clock_while_both_clocks_agree() -> None:
    pace = Pace()

    assert [pace.now(after(n * TICK), 50 + n * TICK) for n in range(600)] == [after(n * TICK) for n in range(600)]
    assert pace.steps == 0


@pytest.mark.parametrize("step", [*STEPS, *(-step for step in STEPS)])
def test_a_clock_that_was_set_is_followed_at_once(step: timedelta) -> None:
    pace = Pace()
    pace.now(NOON, 50.0)

    assert pace.now(after(1) + step, 51.0) == after(1) + step
    assert pace.steps == 1


@settings(deadline=None, max_examples=30)
@given(st.floats(-0.24, 0.24), st.integers(1, 100))
def test_a_small_correction_is_taken_up_evenly_and_wholly(seconds: float, per_second: int) -> None:
    pace = Pace()
    pace.now(NOON, 0.0)
    off = timedelta(seconds=seconds)
    shown = [pace.now(after(n / per_second) + off, n / per_second) for n in range(1, 60 * per_second)]
    paces = [(b - a).total_seconds() * per_second for a, b in itertools.pairwise(shown)]

    assert all(abs(pace - 1) <= SLEW * 1.01 + 2e-6 * per_second for pace in paces)
    assert shown[-1] == after(60 - 1 / per_second) + off
    assert pace.steps == 0


def test_it_never_goes_back_for_a_correction() -> None:
    pace = Pace()
    pace.now(NOON, 0.0)
    shown = [pace.now(after(n * TICK) - STEP * 0.9, n * TICK) for n in range(1, 3000)]

    assert all(b > a for a, b in itertools.pairwise(shown))


def test_looks_between_ticks_take_up_no_more() -> None:
    often, seldom = Pace(), Pace()
    for pace in (often, seldom):
        pace.now(NOON, 0.0)
    for n in range(1, 601):
        at = (after(n * TICK) + STEP * 0.5, n * TICK)
        one = [often.now(*at) for _ in range(5)][-1]
        other = seldom.now(*at)

    assert one == other


def test_a_monotonic_clock_that_begins_anew_holds_nothing_up() -> None:
    """As in a process that was taken to another machine."""
    pace = Pace()
    pace.now(NOON, 5000.0)

    off = [abs(pace.now(after(n * TICK), n * TICK) - after(n * TICK)) for n in range(1, 60)]

    assert max(off) < timedelta(seconds=0.02)
