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
def config(tmp_path: Path) -> CloudConfig:
    """Questions are held for a moment only, so that no test waits."""
    return CloudConfig(data_dir=tmp_path / "var", long_poll_s=0.05)


@pytest.fixture
def house(config: CloudConfig, clock: FakeClock) -> Iterator[House]:
    """A whole embedded cloud in memory's reach: the real application, database and secrets, a still clock."""
    with House(config, clock) as house:
        yield house
