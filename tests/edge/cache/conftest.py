"""What the tests of the cache share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.cache.pictures import cloud_with_pictures
from tests.edge.cache.shelf import Shelf
from tests.fakes.device_cloud import FakeCloud


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    """With the pictures of `tests.edge.cache.pictures`."""
    with cloud_with_pictures() as running:
        yield running


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.opened.db.close()
