"""A screen in the browser: from an account to the first picture without any hardware, and true to the plan."""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from edge.welcome import PLACE
from tests.cloud.content import media
from tests.journeys.browser import PHONE, visitor
from tests.journeys.doors import EMAIL, PASSWORD, sign_up
from tests.journeys.full_house import FullHouse, cloud_process
from tests.journeys.thumb import Thumb

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[FullHouse]:
    """A cloud that nobody has an account on yet."""
    with cloud_process(tmp_path / "var") as url:
        yield FullHouse(url)


@pytest.fixture
def person(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **PHONE) as person:
        yield person


def come(person: Page, house: FullHouse) -> None:
    sign_up(person, house.url)
    answer = house.post("/api/auth/login", {"email": EMAIL, "password": PASSWORD})
    house.session.headers["Authorization"] = f"Bearer {answer['token']}"


def shown(person: Page) -> Locator:
    """What is on, in the zone that lies on top."""
    return person.locator(".player-zone:last-child > .player-picture:last-child")


def test_the_first_picture_is_on_in_four_taps_and_no_hardware(
    house: FullHouse, person: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    come(person, house)
    thumb = Thumb(person)
    thumb.tap(".empty a[href='/player']")
    person.wait_for_url("**/player")
    thumb.choose("label[for=first-file]", PLACE / "wayfinding.png")

    expect(shown(person)).to_have_js_property("naturalWidth", 1920)
    with capsys.disabled():
        sys.stdout.write(f"\nsign-up to picture in the browser: {thumb.taps} taps, {time.monotonic() - begun:.1f} s\n")
    assert thumb.taps <= 4
    expect(person.locator("#idle")).to_be_hidden()
    expect(person.locator("#title")).to_have_text("wayfinding")


def test_it_turns_by_the_plan_through_texts_films_and_pages(house: FullHouse, person: Page, tmp_path: Path) -> None:
    come(person, house)
    (tmp_path / "doc.pdf").write_bytes(media.document(pages=2))
    document = house.upload(tmp_path / "doc.pdf", "Menu card")
    words = house.post("/api/content", {"type": "text", "title": "Hours", "text": "Mo-Fr\n7-18"})["id"]
    items = [{"contentId": one, "durationMs": 2000} for one in (document, words)]
    playlist = house.post("/api/playlists", {"name": "P", "items": items})["id"]
    house.post("/api/publish", {"playlistId": playlist, "target": {"all": True}})

    person.goto(f"{house.url}/player")

    for page in (1, 2):
        expect(shown(person)).to_have_attribute("src", re.compile(rf"/pages/{page}"))
    expect(shown(person).locator("text")).to_have_count(2)
    assert shown(person).evaluate("one => one.getBoundingClientRect().height") > 100


def test_what_is_published_while_it_plays_comes_by_itself(house: FullHouse, person: Page) -> None:
    come(person, house)
    first = house.upload(PLACE / "wayfinding.png", "First")
    house.post("/api/publish", {"contentId": first, "target": {"all": True}})
    person.goto(f"{house.url}/player")
    expect(person.locator("#title")).to_have_text("First")

    second = house.upload(PLACE / "cafe.png", "Second")
    house.post("/api/publish", {"contentId": second, "target": {"all": True}})

    expect(person.locator("#title")).to_have_text("Second")
    expect(shown(person)).to_have_attribute("src", re.compile(second))
