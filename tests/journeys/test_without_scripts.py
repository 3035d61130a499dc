"""A small phone whose browser runs no scripts: from an account to a screen that is added."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import SMALL, WITHOUT_SCRIPTS, visitor, wide
from tests.journeys.doors import EMAIL, PASSWORD, fill
from tests.journeys.full_house import waiting_screen

pytestmark = pytest.mark.slow
NARROW_PX = 320


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **SMALL, **WITHOUT_SCRIPTS) as phone:
        yield phone


def test_a_screen_is_added_without_a_script(cloud: str, phone: Page) -> None:
    started = waiting_screen(cloud)

    phone.goto(f"{cloud}/register?next=/pair")
    fill(phone, organizationName="Acme", firstName="Mira", lastName="Oz", email=EMAIL, password=PASSWORD)
    phone.locator("form button").first.click()
    phone.wait_for_url("**/pair")
    assert wide(phone) <= NARROW_PX
    fill(phone, code=started["userCode"], nickname="Window")
    phone.locator("[data-step=claim] button").click()
    number = phone.locator("[name=confirmation]:not([data-step] *)")
    expect(number).to_be_visible()
    assert wide(phone) <= NARROW_PX
    waiting = requests.post(f"{cloud}/api/pairing/token", json={"deviceCode": started["deviceCode"]}, timeout=60)
    number.fill(waiting.json()["confirmation"])
    phone.locator("form.panel button").first.click()

    phone.wait_for_url("**/screens/*")
    expect(phone.locator("h1")).to_contain_text("Window")
    assert wide(phone) <= NARROW_PX
