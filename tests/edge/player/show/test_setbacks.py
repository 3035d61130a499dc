from datetime import UTC, datetime, timedelta

import pytest

from edge.player.show.setbacks import WINDOW, Setbacks
from vizora.identifiers import ContentId

CLIP = ContentId("clip")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(("failures", "wait"), [(2, 0.5), (3, 2.0), (4, 8.0), (5, 30.0), (9, 30.0)])
def test_each_failure_makes_the_next_try_wait_longer(failures: int, wait: float) -> None:
    setbacks = Setbacks()
    for _ in range(failures):
        setbacks.failed(CLIP, "no", 100.0)

    assert not setbacks.may_try(CLIP, 100.0 + wait - 0.01)
    assert setbacks.may_try(CLIP, 100.0 + wait)


def test_the_first_failure_is_followed_by_a_try_at_once() -> None:
    setbacks = Setbacks()
    setbacks.failed(CLIP, "killed", 100.0)

    assert setbacks.may_try(CLIP, 100.0)


def test_what_failed_three_times_is_put_aside_with_the_last_reason() -> None:
    setbacks = Setbacks()
    setbacks.failed(CLIP, "first", 1.0)
    setbacks.failed(CLIP, "second", 2.0)
    before = setbacks.unplayable(NOON)
    setbacks.failed(CLIP, "third", 5.0)

    assert before == {}
    assert setbacks.unplayable(NOON) == {CLIP: "third"}


def test_failures_far_apart_do_not_add_up() -> None:
    setbacks = Setbacks()
    for n in range(5):
        setbacks.failed(CLIP, "no", n * WINDOW)

    assert setbacks.unplayable(NOON) == {}


def test_another_file_starts_afresh() -> None:
    setbacks = Setbacks()
    for _ in range(3):
        setbacks.failed(CLIP, "no", 1.0)
    setbacks.forget({CLIP})

    assert setbacks.unplayable(NOON) == {}
    assert setbacks.may_try(CLIP, 1.0)


def test_what_sits_out_is_back_on_the_instant() -> None:
    setbacks = Setbacks()
    setbacks.sit_out(CLIP, NOON + timedelta(seconds=5), "late")

    assert setbacks.unplayable(NOON) == {CLIP: "late"}
    assert setbacks.unplayable(NOON + timedelta(seconds=5)) == {}
