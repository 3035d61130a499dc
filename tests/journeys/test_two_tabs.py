"""One person, two tabs: what one does the other sees, and neither undoes the other's work unawares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from edge.welcome import PLACE
from tests.journeys.browser import DESK, visitor
from tests.journeys.doors import fill, sign_in
from tests.journeys.full_house import FullHouse

pytestmark = pytest.mark.slow


@pytest.fixture
def tabs(house: FullHouse, chromium: Browser) -> Iterator[tuple[Page, Page]]:
    with visitor(chromium, **DESK) as one:
        sign_in(one, house.url)
        yield one, one.context.new_page()


def test_who_saves_last_is_told_that_it_was_changed_and_keeps_what_was_written(
    house: FullHouse, tabs: tuple[Page, Page]
) -> None:
    page = f"{house.url}/playlists/{house.ids['playlist']}"
    for tab in tabs:
        tab.goto(page)
    first, second = tabs
    fill(first, name="Of the first tab")
    first.locator("#playlist button.primary").click()
    expect(first.locator("#notice")).to_have_text("Saved.")

    fill(second, name="Of the second tab")
    second.locator("#playlist button.primary").click()

    expect(second.locator("#playlist > fieldset > .problem")).to_contain_text("changed in the meantime")
    expect(second.locator("[name=name]")).to_have_value("Of the second tab")
    assert house.get(f"/api/playlists/{house.ids['playlist']}")["name"] == "Of the first tab"
    second.evaluate("window.onbeforeunload = null")


def test_what_is_uploaded_in_one_is_sent_once_and_seen_in_both(house: FullHouse, tabs: tuple[Page, Page]) -> None:
    for tab in tabs:
        tab.goto(f"{house.url}/content?q=wayfinding+of+today")
    picture = PLACE / "wayfinding.png"

    tabs[0].locator("#files").set_input_files(
        {"name": "Wayfinding of today.png", "mimeType": "image/png", "buffer": Path(str(picture)).read_bytes()}
    )

    for tab in tabs:
        expect(tab.locator(".tile[data-status=ready]")).to_have_count(1)
        expect(tab.locator("#dock")).to_be_hidden()


def test_what_is_published_in_one_is_on_air_in_the_other(house: FullHouse, tabs: tuple[Page, Page]) -> None:
    first, second = tabs
    for tab in tabs:
        tab.goto(f"{house.url}/publish?content={house.ids['content']}")
    before = second.locator(".override").count()

    first.locator("#publish button.primary").click()

    expect(second.locator(".override")).to_have_count(before + 1)


def test_who_signed_out_in_one_is_asked_to_sign_in_by_the_other(house: FullHouse, tabs: tuple[Page, Page]) -> None:
    first, second = tabs
    second.goto(f"{house.url}/playlists/new")
    fill(second, name="Too late")

    first.locator("[data-sign-out]").first.click()
    first.wait_for_url("**/sign-in?signed-out")
    second.on("dialog", lambda dialog: dialog.accept())  # what was written is lost: it asks
    second.locator("#playlist button.primary").click()

    second.wait_for_url("**/sign-in?next=**")
    assert "Too late" not in str(house.get("/api/playlists?limit=200"))
