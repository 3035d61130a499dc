from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as running:
        yield running
