from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.content.running_cloud import RunningCloud


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningCloud]:
    with RunningCloud(tmp_path / "var") as running:
        yield running
