from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys import browser
from tests.journeys.full_house import FullHouse, cloud_process, full_house


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHouse]:
    with full_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[str]:
    """The address of a new one."""
    with cloud_process(tmp_path / "var") as url:
        yield url
