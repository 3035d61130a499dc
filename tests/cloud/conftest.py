from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.config import CloudConfig
from tests.cloud.house import House
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def house(tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """A whole embedded cloud in memory's reach: the real application, database and secrets, a still clock."""
    with House(CloudConfig(data_dir=tmp_path / "var"), clock) as house:
        yield house
