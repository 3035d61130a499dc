"""A thousand screens in a real browser: found, chosen, tagged together and published to, without waiting for a list."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud.config import CloudConfig
from tests.cloud.house import House
from tests.cloud.web.fleet import SCREENS, fill
from tests.fakes.clock import FakeClock
from tests.journeys.browser import DESK, visitor
from tests.journeys.doors import PASSWORD, sign_in
from tests.journeys.full_house import cloud_process

pytestmark = pytest.mark.slow
A_PAGE = 60


@pytest.fixture
def admin(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    with House(CloudConfig(data_dir=tmp_path / "var"), FakeClock()) as house:
        person = house.register()
        fill(house, person, SCREENS, 300)
    with cloud_process(tmp_path / "var") as url, visitor(chromium, base_url=url, **DESK) as admin:
        sign_in(admin, url, person.email, PASSWORD)
        yield admin


def test_they_are_found_chosen_tagged_and_published_to(admin: Page) -> None:
    screens = admin.locator("li.screen")
    expect(screens).to_have_count(A_PAGE)
    expect(admin.locator("#states")).to_contain_text("1,000")

    admin.locator("[name=q]").fill("Screen 99")
    admin.locator(".find button").click()
    expect(screens).to_have_count(11)
    admin.goto("/screens?page=17")
    expect(screens).to_have_count(SCREENS - 16 * A_PAGE)

    admin.locator("[data-pick-one]").first.check()
    admin.locator("[data-all]").click()
    expect(admin.locator("#bulk [data-count]")).to_have_text(re.compile(r"^1,?000 chosen$"))
    admin.locator("#bulk [name=tag]").fill("spring")
    admin.locator("#bulk [value=add]").click()
    expect(admin.locator("#notice")).to_contain_text(re.compile(r"1,?000 screens tagged spring"))
    admin.locator("#notice button").click()
    expect(admin.locator("#notice")).to_contain_text("Taken back.")

    admin.goto("/publish")
    admin.locator("[name=what]").first.check()
    expect(admin.locator("[data-change]")).to_contain_text(re.compile(r"comes on 1,?000 screens"))
    admin.locator("#publish button.primary").click()
    expect(admin.locator(".override").first).to_be_visible()
