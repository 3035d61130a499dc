import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.cache.clock_keeping import ClockKeeping
from edge.clock.readings import read_confirmation, read_floor

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def keeping(tmp_path: Path) -> ClockKeeping:
    return ClockKeeping(tmp_path / "floor", tmp_path / "clock")


def test_a_clock_the_cloud_agrees_with_is_confirmed(keeping: ClockKeeping, tmp_path: Path) -> None:
    keeping.told(NOON, NOON + timedelta(seconds=3), 77.0)

    confirmation = read_confirmation(tmp_path / "clock")
    assert confirmation is not None
    assert (confirmation.confirmed_at, confirmation.monotonic) == (NOON + timedelta(seconds=3), 77.0)
    assert read_floor(tmp_path / "floor") == NOON
    assert (keeping.is_confirmed, keeping.problem) == (True, None)


def test_a_clock_that_is_wrong_is_said_and_no_longer_confirmed(keeping: ClockKeeping, tmp_path: Path) -> None:
    keeping.told(NOON, NOON, 77.0)

    keeping.told(NOON, datetime(1970, 1, 1, tzinfo=UTC), 80.0)

    assert read_confirmation(tmp_path / "clock") is None
    assert keeping.problem is not None
    assert keeping.problem.code == "VZ-106"
    assert "1970-01-01" in keeping.problem.sentence
    assert read_floor(tmp_path / "floor") == NOON


@given(st.lists(st.floats(-1e6, 1e6), max_size=8))
def test_the_floor_never_goes_back(steps: list[float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        keeping = ClockKeeping(Path(folder) / "floor", Path(folder) / "clock")
        highest = None
        for monotonic, step in enumerate(steps):
            now = NOON + timedelta(seconds=step)
            keeping.told(now, now, monotonic)
            floor = read_floor(Path(folder) / "floor")
            assert floor is not None
            assert highest is None or floor >= highest
            highest = floor


def test_the_disk_is_written_once_an_hour(keeping: ClockKeeping, tmp_path: Path) -> None:
    keeping.told(NOON, NOON, 0.0)
    keeping.told(NOON + timedelta(minutes=59), NOON + timedelta(minutes=59), 3540.0)
    assert read_floor(tmp_path / "floor") == NOON

    keeping.told(NOON + timedelta(minutes=60), NOON + timedelta(minutes=60), 3600.0)

    assert read_floor(tmp_path / "floor") == NOON + timedelta(minutes=60)
