"""A screen in the browser: from an account to the first picture without any hardware, and true to the plan."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.welcome import PLACE
from tests.cloud.content import media
from tests.journeys.browser import Browser, browser
from tests.journeys.full_house import PASSWORD, FullHouse, cloud_process

pytestmark = pytest.mark.slow
SHOWN = "document.querySelector('.player-zone:last-child > .player-picture:last-child')"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[FullHouse]:
    """A cloud that nobody has an account on yet."""
    with cloud_process(tmp_path / "var") as url:
        yield FullHouse(url)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as person:
        yield person


def sign_up(person: Browser, house: FullHouse) -> None:
    person.open(f"{house.url}/register")
    person.fill(organizationName="Acme", firstName="Mira", lastName="Oz", email="mira@acme.example", password=PASSWORD)
    person.click("form button")
    person.until("location.pathname === '/screens'")
    answer = house.session.post(
        f"{house.url}/api/auth/login", json={"email": "mira@acme.example", "password": PASSWORD}, timeout=60
    )
    house.session.headers["Authorization"] = f"Bearer {answer.json()['token']}"


def test_the_first_picture_is_on_in_four_taps_and_no_hardware(
    house: FullHouse, person: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    sign_up(person, house)
    person.taps = 0
    person.click(".empty a[href='/player']")
    person.until("location.pathname === '/player' && !document.querySelector('#idle').hidden")
    person.choose_files("#first-file", PLACE / "wayfinding.png")

    person.until(f"{SHOWN}?.naturalWidth === 1920")
    with capsys.disabled():
        sys.stdout.write(f"\nsign-up to picture in the browser: {person.taps} taps, {time.monotonic() - begun:.1f} s\n")
    assert person.taps <= 4
    assert person.value("document.querySelector('#idle').hidden")
    assert person.text("#title") == "wayfinding"
    assert person.violations == []


def test_it_turns_by_the_plan_through_texts_films_and_pages(house: FullHouse, person: Browser, tmp_path: Path) -> None:
    sign_up(person, house)
    (tmp_path / "doc.pdf").write_bytes(media.document(pages=2))
    document = house.upload(tmp_path / "doc.pdf", "Menu card")
    words = house.post("/api/content", {"type": "text", "title": "Hours", "text": "Mo-Fr\n7-18"})["id"]
    items = [{"contentId": one, "durationMs": 2000} for one in (document, words)]
    playlist = house.post("/api/playlists", {"name": "P", "items": items})["id"]
    house.post("/api/publish", {"playlistId": playlist, "target": {"all": True}})

    person.open(f"{house.url}/player")

    person.until(f"{SHOWN}?.src?.includes('/pages/1')")
    person.until(f"{SHOWN}?.src?.includes('/pages/2')")
    person.until(f"{SHOWN}?.querySelectorAll?.('text').length === 2")
    assert person.value(f"{SHOWN}.getBoundingClientRect().height > 100")
    assert person.violations == []


def test_what_is_published_while_it_plays_comes_by_itself(house: FullHouse, person: Browser) -> None:
    sign_up(person, house)
    first = house.upload(PLACE / "wayfinding.png", "First")
    house.post("/api/publish", {"contentId": first, "target": {"all": True}})
    person.open(f"{house.url}/player")
    person.until("document.querySelector('#title').textContent === 'First'")

    second = house.upload(PLACE / "cafe.png", "Second")
    house.post("/api/publish", {"contentId": second, "target": {"all": True}})

    person.until("document.querySelector('#title').textContent === 'Second'")
    person.until(f"{SHOWN}?.src?.includes({second!r})")
