"""A screen without a network, and a stick."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.cache.bench import SyncBench
from tests.edge.cache.pictures import pictures
from tests.edge.cache.sticks import write_stick
from tests.fakes.device_cloud import FakeCloud, manifest
from tests.fakes.line_faults import Status


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud) -> Iterator[SyncBench]:
    """A screen that plays version 2 with c0, and has lost its network since."""
    made = SyncBench(tmp_path, cloud)
    cloud.publish(manifest(2, pictures("c0")))
    made.ask()
    cloud.fail("/api", *[Status(503)] * 1000)
    yield made
    made.close()


@pytest.fixture
def stick(tmp_path: Path, bench: SyncBench, cloud: FakeCloud) -> Path:
    """With version 3, which brings two more pictures."""
    cloud.publish(manifest(3, pictures("c0", "c1", "c2")))
    return write_stick(tmp_path / "stick", cloud)
