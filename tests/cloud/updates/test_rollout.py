from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.updates import rollout as rules
from cloud.updates.rollout import PAUSE, STEPS, Rollout, Tally, judged, resumed

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FRESH = Rollout(step=0, since=BEGAN, counted_since=BEGAN)


def after(days: float) -> datetime:
    return BEGAN + timedelta(days=days)


def test_a_quiet_rollout_goes_up_a_step_a_day_until_everybody_may_have_it() -> None:
    rollout, reached = FRESH, []
    for hour in range(24 * 5):
        rollout = judged(rollout, Tally(), BEGAN + timedelta(hours=hour))
        reached.append(rollout.percent)

    assert [reached[24 * day] for day in range(5)] == [1, 10, 50, 100, 100]
    assert [reached[24 * day - 1] for day in range(1, 5)] == [1, 10, 50, 100]


def test_one_that_fell_back_holds_the_next_step_up_for_a_day() -> None:
    trouble = Tally(took=5, fell_back=1, last_trouble_at=after(0.9))

    assert judged(FRESH, trouble, after(1.5)) == FRESH
    assert judged(FRESH, trouble, after(1.9)).step == 1


@pytest.mark.parametrize(
    ("tally", "halts"),
    [
        (Tally(took=1, fell_back=1), False),
        (Tally(took=2, fell_back=2), True),
        (Tally(took=40, fell_back=1, silent=1), True),
        (Tally(took=40, refused=2), True),
        (Tally(took=100, fell_back=2), False),
        (Tally(took=100, fell_back=3), True),
        (Tally(took=1000, fell_back=20), False),
        (Tally(took=1000, fell_back=10, silent=11), True),
    ],
)
def test_it_halts_when_more_than_a_few_have_trouble(tally: Tally, halts: bool) -> None:
    assert (judged(FRESH, tally, after(0.1)).halted_at == after(0.1)) is halts


def test_it_says_why_it_halted() -> None:
    tally = Tally(took=40, fell_back=2, silent=1)

    assert judged(FRESH, tally, after(0.1)).halted_why == (
        "of 40 screens that took it: 2 fell back, 1 took it and fell silent"
    )


def test_a_halted_one_stays_halted_until_somebody_lets_it_go_on() -> None:
    halted = judged(replace(FRESH, step=1), Tally(took=2, fell_back=2), after(0.5))

    assert judged(halted, Tally(), after(30)) == halted
    goes_on = resumed(halted, after(30))
    assert (goes_on.halted_at, goes_on.percent, goes_on.counted_since) == (None, STEPS[1], after(30))
    assert judged(goes_on, Tally(), after(30.9)).step == 1


def test_a_rule_that_forgives_everything_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(rules, "TOLERATED_SHARE", 1.0)

    assert judged(FRESH, Tally(took=40, fell_back=40), after(0.1)).halted_at is None


tallies = st.builds(Tally, took=st.integers(0, 500), fell_back=st.integers(0, 20), silent=st.integers(0, 20))


@given(st.lists(st.tuples(tallies, st.floats(0.01, 2)), max_size=12))
def test_it_never_goes_back_a_step_and_never_two_at_once(steps: list[tuple[Tally, float]]) -> None:
    rollout, now = FRESH, BEGAN
    for tally, days in steps:
        now += timedelta(days=days)
        before, rollout = rollout, judged(rollout, tally, now)
        assert 0 <= rollout.step - before.step <= 1
        assert rollout.step == before.step or now - before.since >= PAUSE
        assert rollout.halted_at is None or rollout.step == before.step
