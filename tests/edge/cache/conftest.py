"""What the tests of the cache share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.cache.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.opened.db.close()
