from datetime import UTC, datetime, timedelta

import pytest

from edge.player.cards.stick import stick_badge
from edge.status import CacheState, CacheStatus, StickOutcome, StickStatus

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def told(outcome: StickOutcome, *, files: int = 0, ago_s: float = 0.0) -> tuple[str, str] | None:
    stick = StickStatus(NOW - timedelta(seconds=ago_s), outcome, "…", files=files)
    return stick_badge(CacheStatus(NOW, CacheState.IDLE, stick=stick), NOW)


def test_whoever_plugged_it_in_reads_what_came_of_it() -> None:
    assert told(StickOutcome.TAKEN, files=3) == ("3 files from the stick", "It plays now. You can pull the stick.")
    assert told(StickOutcome.TAKEN, files=1) == ("1 file from the stick", "It plays now. You can pull the stick.")
    assert told(StickOutcome.TAKEN) == ("USB stick", "It plays now. You can pull the stick.")


@pytest.mark.parametrize("outcome", list(StickOutcome))
def test_each_outcome_has_words(outcome: StickOutcome) -> None:
    badge = told(outcome)

    assert badge is not None
    assert badge[1]


def test_it_goes_away_by_itself_and_stays_as_long_as_it_copies() -> None:
    assert told(StickOutcome.REFUSED, ago_s=19.9) is not None
    assert told(StickOutcome.REFUSED, ago_s=20.0) is None
    assert told(StickOutcome.REFUSED, ago_s=-60.0) is None  # the clock was set back meanwhile
    assert told(StickOutcome.COPYING, ago_s=3600.0) is not None


def test_without_a_stick_there_is_nothing_to_say() -> None:
    assert stick_badge(None, NOW) is None
    assert stick_badge(CacheStatus(NOW, CacheState.IDLE), NOW) is None
