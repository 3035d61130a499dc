"""The short form of `make soak SOAK=power-cuts`."""

from pathlib import Path

import pytest

from tests.powercut import cutting

SEED = 20261126


def test_no_recorded_play_is_lost_when_the_power_is_cut_at_any_point(tmp_path: Path) -> None:
    outcome = cutting.of_plays(tmp_path, 60, SEED)

    assert outcome.faults == []
    assert outcome.cuts == 60


@pytest.mark.parametrize("twin", ["no-fsync", "lazy-database"])
def test_a_device_that_does_not_wait_for_its_card_loses_plays(tmp_path: Path, twin: str) -> None:
    """The broken twins: nothing is synced, or only the database isn't."""
    assert any("recorded plays are gone" in fault for fault in cutting.of_plays(tmp_path, 200, SEED, twin).faults)


def test_what_plays_is_whole_and_never_goes_back_when_the_power_is_cut_at_any_point(tmp_path: Path) -> None:
    outcome = cutting.of_content(tmp_path, 40, SEED)

    assert outcome.faults == []
    assert outcome.cuts == 40


def test_a_cache_that_does_not_wait_for_its_card_goes_back_or_has_half_a_file(tmp_path: Path) -> None:
    """The broken twin."""
    assert cutting.of_content(tmp_path, 200, SEED, "no-fsync").faults != []
