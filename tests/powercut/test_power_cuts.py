"""The short forms of `make soak SOAK="power-cuts failing-disk"`."""

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


@pytest.mark.parametrize("call", [(cutting.SYNCS, 6), (cutting.SYNCS, 20), (cutting.WRITES, 120)], ids=str)
def test_no_recorded_play_is_lost_when_the_disk_has_refused_before(tmp_path: Path, call: tuple[str, int]) -> None:
    """One sync or one write fails; what was to be synced then may be gone, whatever the next sync says."""
    kind, number = call

    outcome = cutting.of_plays(tmp_path, 20, SEED, inject=f"{kind}:when={number}")

    assert (outcome.cuts, outcome.faults) == (20, [])


def test_a_player_that_believes_the_second_sync_loses_plays(tmp_path: Path) -> None:
    """The broken twin."""

    def loses(number: int) -> bool:
        outcome = cutting.of_plays(
            tmp_path / str(number), 100, SEED, "believing", inject=f"{cutting.SYNCS}:when={number}"
        )
        return any("recorded plays are gone" in fault for fault in outcome.faults)

    assert any(loses(number) for number in range(8, 20))


@pytest.mark.parametrize("call", [(cutting.SYNCS, 30), (cutting.WRITES, 60)], ids=str)
def test_what_plays_is_whole_when_the_disk_has_refused_before(tmp_path: Path, call: tuple[str, int]) -> None:
    kind, number = call

    outcome = cutting.of_content(tmp_path, 15, SEED, inject=f"{kind}:when={number}")

    assert (outcome.cuts, outcome.faults) == (15, [])
