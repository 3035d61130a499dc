"""The soak tests' short forms; the long ones are `make soak SOAK="player-faults player-memory"`."""

import signal
from pathlib import Path

import pytest

from tests.soak import player_faults, player_memory


def test_random_faults_are_got_over_in_time_and_never_black(tmp_path: Path) -> None:
    outcome = player_faults.run(player_faults.content(tmp_path), 4, seed=4)

    assert sum(outcome.faults.values()) == 4
    assert (outcome.late, outcome.black) == ([], 0)


def test_a_player_that_waits_too_long_for_a_hung_child_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.player.show.live.HOLD", 4.0)
    outcome = player_faults.run(player_faults.content(tmp_path), 1, seed=1, kinds=[signal.SIGSTOP], whom="source 0")

    assert outcome.late != []


def test_nothing_is_left_behind_by_changing_items(tmp_path: Path) -> None:
    before, after, done = player_memory.run_alone(tmp_path, 40, warm_up=20)

    assert done >= 40
    assert not player_memory.leaks(before, after)
    assert after.memory - before.memory < player_memory.MOST
