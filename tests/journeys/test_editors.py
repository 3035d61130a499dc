"""The editors in a real browser, by mouse and by keys alone."""

import json
from collections.abc import Iterator

import pytest

from tests.journeys.browser import Browser, browser
from tests.journeys.full_house import EMAIL, PASSWORD, FullHouse, full_house

pytestmark = pytest.mark.slow
ORDER = "[...document.querySelectorAll('#items .item-title')].map((one) => one.textContent.slice(0, 6))"
SECOND_GRIP = "#items > :nth-child(2) [data-grip]"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHouse]:
    with full_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def person(house: FullHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as person:
        person.be(1280, 1400)
        person.open(f"{house.url}/sign-in")
        person.fill(email=EMAIL, password=PASSWORD)
        person.click("form button")
        person.until("location.pathname === '/screens'")
        yield person


@pytest.fixture
def playlist(house: FullHouse) -> str:
    """The id of a playlist of its own, of three texts."""
    texts = [
        house.post("/api/content", {"type": "text", "title": name, "text": name}) for name in ("First", "Next", "Last")
    ]
    items = [{"contentId": one["id"], "durationMs": 4000 + 1000 * number} for number, one in enumerate(texts)]
    return str(house.post("/api/playlists", {"name": "Of texts", "items": items})["id"])


def titles(house: FullHouse, playlist: str) -> list[str]:
    saved = house.get(f"/api/playlists/{playlist}")["items"]
    return [house.get(f"/api/content/{item['contentId']}")["title"] for item in saved]


def test_the_preview_shows_each_item_for_its_time_and_starts_anew(
    house: FullHouse, person: Browser, playlist: str
) -> None:
    person.open(f"{house.url}/playlists/{playlist}")
    person.until("document.querySelectorAll('#items .item').length === 3")
    person.value("document.querySelectorAll('[name=seconds]').forEach((field) => (field.value = '0.6'))")
    person.value(
        "window.seen = []; new MutationObserver(() => seen.push(document.querySelector('#show > span').textContent))"
        ".observe(document.querySelector('#show > span'), { childList: true })"
    )

    person.click("#play")

    person.until("seen.length >= 4")
    told = person.value("seen.slice(0, 4).join(' | ')")
    assert told == "1 of 3: First, 0.6 s | 2 of 3: Next, 0.6 s | 3 of 3: Last, 0.6 s | 1 of 3: First, 0.6 s"
    assert person.value("document.querySelector('.player-stage text').getBBox().width > 20")
    person.click("#play")
    assert person.value("document.querySelectorAll('.player-stage > *').length") == 0
    person.value("document.querySelectorAll('[name=seconds]').forEach((field) => (field.value = field.defaultValue))")
    assert person.violations == []


def test_hours_drawn_in_the_calendar_become_a_draft(house: FullHouse, person: Browser) -> None:
    person.open(f"{house.url}/schedules?screen={house.ids['screen']}")
    person.until("document.querySelector('.calendar')")
    person.value("document.querySelector('.calendar').scrollIntoView()")
    box = person.value(
        "(box => [box.x, box.y, box.width, box.height])"
        "(document.querySelector('.calendar-day[data-weekday=\"3\"]').getBoundingClientRect())"
    )
    x, hour = box[0] + box[2] / 2, box[3] / 24

    drag(person, (x, box[1] + 13.1 * hour), (x, box[1] + 14 * hour), (x, box[1] + 15.4 * hour))

    person.until("location.pathname === '/schedules/new'")
    assert person.value("document.querySelector('[name=startTime]').value") == "13:00"
    assert person.value("document.querySelector('[name=endTime]').value") == "15:30"
    assert person.value("[...document.querySelectorAll('[name=day]:checked')].map((day) => day.value).join()") == "3"
    assert person.value("document.querySelector('[name=screen]:checked').value") == house.ids["screen"]


def test_the_calendar_is_read_and_used_by_keys_alone(house: FullHouse, person: Browser) -> None:
    person.open(f"{house.url}/schedules")
    person.until("document.querySelector('.calendar-day a')")
    person.value("document.querySelector('.calendar-day a').focus()")
    assert "News" in person.value("document.activeElement.getAttribute('aria-label')")

    person.press("Enter")

    person.until("location.pathname.startsWith('/schedules/') && document.querySelector('#schedule')")


def middle(person: Browser, selector: str) -> tuple[float, float]:
    box = person.value(
        f"(box => [box.x + box.width / 2, box.y + box.height / 2])(document.querySelector({json.dumps(selector)})"
        ".getBoundingClientRect())"
    )
    return box[0], box[1]


def drag(person: Browser, start: tuple[float, float], *ways: tuple[float, float]) -> None:
    def mouse(kind: str, x: float, y: float) -> None:
        person.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    mouse("mousePressed", *start)
    for way in ways:
        mouse("mouseMoved", *way)
    mouse("mouseReleased", *ways[-1])


def test_items_are_moved_by_the_arrow_keys_and_saved(house: FullHouse, person: Browser, playlist: str) -> None:
    person.open(f"{house.url}/playlists/{playlist}")
    person.until(f"{ORDER}.join() === 'First,Next,Last'")
    assert "One round takes 15 s" in person.text("#total")
    person.value(f"document.querySelector('{SECOND_GRIP}').focus()")

    person.press("ArrowUp")
    assert "Next is number 1 of 3" in person.value("document.getElementById('moved').textContent")
    person.press("ArrowDown")
    person.press("ArrowDown")
    person.until(f"{ORDER}.join() === 'First,Last,Next'")
    person.fill(seconds="60.5")
    assert "1:11" in person.text("#total")
    person.click("#playlist button.primary")
    person.until("document.getElementById('notice').textContent === 'Saved.'")

    assert titles(house, playlist) == ["First", "Last", "Next"]
    assert person.violations == []


def test_items_are_dragged(house: FullHouse, person: Browser, playlist: str) -> None:
    person.open(f"{house.url}/playlists/{playlist}")
    person.until(f"{ORDER}.join() === 'First,Next,Last'")
    start, end = middle(person, SECOND_GRIP), middle(person, "#items > :first-child [data-grip]")

    drag(person, start, (start[0], start[1] - 20), (end[0], end[1] + 10), (end[0], end[1] - 20))

    person.until(f"{ORDER}.join() === 'Next,First,Last'")
    person.click("#playlist button.primary")
    person.until("document.getElementById('notice').textContent === 'Saved.'")
    assert titles(house, playlist) == ["Next", "First", "Last"]


def test_a_time_typed_here_is_kept_as_an_instant_and_comes_back_the_same(
    house: FullHouse, person: Browser, playlist: str
) -> None:
    person.command("Emulation.setTimezoneOverride", timezoneId="America/New_York")
    person.open(f"{house.url}/playlists/{playlist}")
    person.until(f"{ORDER}.join() === 'First,Next,Last'")
    person.fill(validUntil="2030-07-01T08:30")
    person.click("#playlist button.primary")
    person.until("document.getElementById('notice').textContent === 'Saved.'")

    assert house.get(f"/api/playlists/{playlist}")["items"][0]["validUntil"].startswith("2030-07-01T12:30:00")
    assert person.value("document.querySelector('[name=validUntil]').value") == "2030-07-01T08:30"
    person.open(f"{house.url}/screens")  # an open editor would take the new zone for a change
    person.command("Emulation.setTimezoneOverride", timezoneId="")


def test_zones_are_divided_dragged_and_typed(house: FullHouse, person: Browser) -> None:
    person.open(f"{house.url}/layouts/new")
    person.fill(name="Lobby")
    person.click("[data-divide=side]")
    person.until("document.querySelectorAll('#drawing .zone-shape').length === 2")
    person.click("[data-divide=bar]")
    person.fill(y="100", height="800")
    start = middle(person, "#drawing [data-zone='0'] rect")
    drag(person, start, (start[0], start[1] - 5), (start[0], start[1] - 300))
    person.until("document.querySelector('#zones [name=y]').value === '0'")
    person.fill(width="5000")
    person.until("document.getElementById('told').textContent.includes('1 zone reaches outside')")
    person.fill(width="1920")
    person.click("#layout button.primary")
    person.until("location.pathname === '/layouts'")

    saved = next(one for one in house.get("/api/layouts")["items"] if one["name"] == "Lobby")
    assert [(zone["id"], zone["y"], zone["height"]) for zone in saved["zones"]] == [("main", 0, 800), ("bar", 918, 162)]
    assert person.violations == []


def test_a_clock_and_a_ticker_are_made_in_the_dialog(house: FullHouse, person: Browser) -> None:
    def make(kind: str, **fields: str) -> None:
        person.open(f"{house.url}/content")
        person.click('[data-make="text"]')
        person.value(
            f"(select => {{ select.value = '{kind}'; select.dispatchEvent(new Event('change')) }})"
            "(document.querySelector('#make-text [name=\"style.kind\"]'))"
        )
        person.value(
            f"Object.entries({json.dumps(fields)}).forEach(([name, value]) =>"
            " document.querySelector(`#make-text [name='${name}']`).value = value)"
        )
        person.click("#make-text .primary")
        person.until("!document.getElementById('make-text').open")

    make("clock", title="Hall clock", **{"style.clock.date": "dmy"})
    make("ticker", title="News", text="Doors open at eight", **{"style.background": "#c02020"})
    found = {one["title"]: one["style"] for one in house.get("/api/content")["items"] if one["style"]}

    assert (found["Hall clock"]["kind"], found["Hall clock"]["clock"]["date"]) == ("clock", "dmy")
    assert (found["News"]["kind"], found["News"]["background"]) == ("ticker", "#c02020")
