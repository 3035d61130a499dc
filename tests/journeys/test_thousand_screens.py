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


def test_some_are_chosen_by_words_and_keys_alone_and_stay_chosen(admin: Page) -> None:
    admin.goto("/publish")
    admin.locator("[name=what]").first.check()
    admin.locator("[name=where][value=all]").focus()
    admin.keyboard.press("ArrowDown")
    chosen, found = admin.locator("[data-pick] :checked"), admin.locator("[data-pick] [data-told]")
    expect(found).to_contain_text("40 of 1,000")

    find(admin, "screen 99")
    expect(found).to_contain_text("11 screens found")
    expect(admin.locator("[data-pick] + [aria-live]")).to_have_text("11 screens found")
    admin.keyboard.press("Tab")
    admin.keyboard.press("Space")
    expect(admin.locator("[data-count]")).to_have_text("1 screen chosen")
    expect(admin.locator("[data-changes] li")).to_have_text([re.compile("^Screen 99")])

    find(admin, "nowhere at all")
    expect(found).to_contain_text("No screen fits these words.")
    expect(chosen).to_have_count(1)
    find(admin, "screen 12")
    expect(found).to_contain_text("11 screens found")
    admin.locator("[data-take-all]").focus()
    admin.keyboard.press("Enter")
    expect(chosen).to_have_count(12)
    expect(admin.locator("[data-count]")).to_have_text("12 screens chosen")
    expect(admin.locator("[data-change]")).to_contain_text("comes on 12 screens")

    admin.locator("#publish button.primary").click()
    expect(admin.locator(".override").first).to_contain_text("and 7 more")
    expect(admin.locator(".override .progress-list > li")).to_have_count(12)


def test_a_tag_s_screens_are_counted_without_being_there(admin: Page) -> None:
    admin.goto("/schedules/new")
    admin.locator("[name=where][value=some]").check()

    admin.locator("[name=tag][value='region 3']").check()

    expect(admin.locator("[data-count]")).to_have_text("84 screens chosen")
    expect(admin.locator("#preview h3")).to_contain_text("and 83 more")


def test_any_screen_s_week_and_any_screen_to_replace_are_found_by_words(admin: Page) -> None:
    admin.goto("/schedules")
    admin.locator("[data-finder] summary").click()
    find(admin, "screen 789")
    admin.locator("[data-pick] a", has_text="Screen 789").click()
    expect(admin.locator("#week-title")).to_have_text("What plays on Screen 789")

    admin.goto("/pair")
    admin.locator("[data-finder] summary").click()
    find(admin, "screen 789")
    admin.locator("label.choice", has_text="Screen 789").click()
    find(admin, "screen 456")
    expect(admin.locator("[name=replaceDeviceId]")).to_have_count(3)
    expect(admin.locator("label.choice:has(:checked)")).to_contain_text("Screen 789")


def find(admin: Page, words: str) -> None:
    field = admin.locator("[data-find]")
    field.focus()
    with admin.expect_response(lambda answer: "/screens/choices" in answer.url):
        field.fill(words)
