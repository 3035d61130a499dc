from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import browser
from tests.journeys.full_house import FullHouse, full_house


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHouse]:
    with full_house(tmp_path_factory.mktemp("house")) as house:
        yield house
