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
NEVER_ASKS_AGAIN = """
const wait = window.setTimeout.bind(window);
window.setTimeout = (work, ms, ...more) => (ms >= 3000 ? 0 : wait(work, ms, ...more));
"""
"""What the page waits long for never comes: only what is told can move it."""


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


def test_a_line_that_breaks_while_the_first_picture_goes_up_does_not_end_it(house: FullHouse, person: Page) -> None:
    come(person, house)
    person.route("**/api/uploads/*", lambda route: route.abort("connectionfailed"), times=1)
    person.goto(f"{house.url}/player")

    person.locator("#first-file").set_input_files(PLACE / "wayfinding.png")

    expect(person.locator("[data-sending]")).to_contain_text("It goes on by itself.")
    expect(shown(person)).to_have_js_property("naturalWidth", 1920)


def test_what_is_published_while_it_plays_is_told_and_comes_at_once(
    house: FullHouse, person: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    come(person, house)
    first, second = (house.upload(PLACE / file, file) for file in ("wayfinding.png", "cafe.png"))
    house.post("/api/publish", {"contentId": first, "target": {"all": True}})
    person.add_init_script(NEVER_ASKS_AGAIN)
    with person.expect_response("**/api/events"):
        person.goto(f"{house.url}/player")
    expect(person.locator("#title")).to_have_text("wayfinding.png")

    begun = time.monotonic()
    house.post("/api/publish", {"contentId": second, "target": {"all": True}})

    expect(shown(person)).to_have_attribute("src", re.compile(second))
    with capsys.disabled():
        sys.stdout.write(f"\npublished to picture in the browser: {time.monotonic() - begun:.2f} s\n")


def test_where_nothing_is_told_it_asks_now_and_then(house: FullHouse, person: Page) -> None:
    come(person, house)
    person.route("**/api/events", lambda route: route.abort("connectionfailed"))
    person.goto(f"{house.url}/player")
    expect(person.locator("#idle")).to_be_visible()

    text = house.post("/api/content", {"type": "text", "title": "Hours", "text": "7-18"})["id"]
    house.post("/api/publish", {"contentId": text, "target": {"all": True}})

    expect(person.locator("#title")).to_have_text("Hours")
