"""The editors in a real browser, by mouse and by keys alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browser import Look, visitor
from tests.journeys.doors import fill, sign_in
from tests.journeys.full_house import FullHouse
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow
HIGH: Look = {"viewport": {"width": 1280, "height": 1400}}


@pytest.fixture(scope="module")
def person(house: FullHouse, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **HIGH) as person:
        sign_in(person, house.url)
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


def open_playlist(person: Page, house: FullHouse, playlist: str) -> None:
    person.goto(f"{house.url}/playlists/{playlist}")
    expect(order(person)).to_have_text(["First", "Next", "Last"])


def order(person: Page) -> Locator:
    return person.locator("#items .item-title")


def save(person: Page) -> None:
    person.locator("#playlist button.primary").click()
    expect(person.locator("#notice")).to_have_text("Saved.")


def test_the_preview_shows_each_item_for_its_time_and_starts_anew(
    house: FullHouse, person: Page, playlist: str
) -> None:
    open_playlist(person, house, playlist)
    person.evaluate("document.querySelectorAll('[name=seconds]').forEach((field) => (field.value = '0.6'))")
    person.evaluate(
        "window.seen = []; new MutationObserver(() => seen.push(document.querySelector('#show > span').textContent))"
        ".observe(document.querySelector('#show > span'), { childList: true })"
    )

    person.locator("#play").click()

    told = eventually(lambda: person.evaluate("seen.length >= 4 && seen.slice(0, 4).join(' | ')"), "the next round")
    assert told == "1 of 3: First, 0.6 s | 2 of 3: Next, 0.6 s | 3 of 3: Last, 0.6 s | 1 of 3: First, 0.6 s"
    assert person.evaluate("document.querySelector('.player-stage text').getBBox().width") > 20
    person.locator("#play").click()
    expect(person.locator(".player-stage > *")).to_have_count(0)
    person.evaluate("document.querySelectorAll('[name=seconds]').forEach((one) => (one.value = one.defaultValue))")


def test_hours_drawn_in_the_calendar_become_a_draft(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/schedules?screen={house.ids['screen']}")
    person.locator(".calendar").evaluate("calendar => calendar.scrollIntoView()")
    box = person.locator(".calendar-day[data-weekday='3']").bounding_box()
    assert box is not None
    x, hour = box["x"] + box["width"] / 2, box["height"] / 24

    drag(person, *((x, box["y"] + hours * hour) for hours in (13.1, 14, 15.4)))

    person.wait_for_url("**/schedules/new**")
    expect(person.locator("[name=startTime]")).to_have_value("13:00")
    expect(person.locator("[name=endTime]")).to_have_value("15:30")
    expect(person.locator("[name=day]:checked")).to_have_count(1)
    expect(person.locator("[name=day]:checked")).to_have_value("3")
    expect(person.locator("[name=screen]:checked")).to_have_value(house.ids["screen"])


def test_the_calendar_is_read_and_used_by_keys_alone(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/schedules")
    person.locator(".calendar-day a").first.focus()
    assert "News" in person.evaluate("document.activeElement.getAttribute('aria-label')")

    person.keyboard.press("Enter")

    expect(person.locator("#schedule")).to_be_visible()


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(person: Page, start: tuple[float, float], *ways: tuple[float, float]) -> None:
    person.mouse.move(*start)
    person.mouse.down()
    for way in ways:
        person.mouse.move(*way)
    person.mouse.up()


def test_items_are_moved_by_the_arrow_keys_and_saved(house: FullHouse, person: Page, playlist: str) -> None:
    open_playlist(person, house, playlist)
    expect(person.locator("#total")).to_contain_text("One round takes 15 s")
    person.locator("[data-grip]").nth(1).focus()

    person.keyboard.press("ArrowUp")
    expect(person.locator("#moved")).to_contain_text("Next is number 1 of 3")
    person.keyboard.press("ArrowDown")
    person.keyboard.press("ArrowDown")
    expect(order(person)).to_have_text(["First", "Last", "Next"])
    fill(person, seconds="60.5")
    expect(person.locator("#total")).to_contain_text("1:11")
    save(person)

    assert titles(house, playlist) == ["First", "Last", "Next"]


def test_items_are_dragged(house: FullHouse, person: Page, playlist: str) -> None:
    open_playlist(person, house, playlist)
    grips = person.locator("[data-grip]")
    start, end = middle(grips.nth(1)), middle(grips.first)

    drag(person, start, (start[0], start[1] - 20), (end[0], end[1] + 10), (end[0], end[1] - 20))

    expect(order(person)).to_have_text(["Next", "First", "Last"])
    save(person)
    assert titles(house, playlist) == ["Next", "First", "Last"]


def test_a_time_typed_here_is_kept_as_an_instant_and_comes_back_the_same(
    house: FullHouse, chromium: Browser, playlist: str
) -> None:
    with visitor(chromium, timezone_id="America/New_York") as away:
        sign_in(away, house.url)
        open_playlist(away, house, playlist)
        away.locator("#items summary").first.click()
        fill(away, validUntil="2030-07-01T08:30")
        save(away)

        assert house.get(f"/api/playlists/{playlist}")["items"][0]["validUntil"].startswith("2030-07-01T12:30:00")
        away.reload()
        expect(away.locator("[name=validUntil]").first).to_have_value("2030-07-01T08:30")


def test_zones_are_divided_dragged_and_typed(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/layouts/new")
    fill(person, name="Lobby")
    person.locator("[data-divide=side]").click()
    expect(person.locator("#drawing .zone-shape")).to_have_count(2)
    person.locator("[data-divide=bar]").click()
    fill(person, y="100", height="800")
    start = middle(person.locator("#drawing [data-zone='0'] rect").first)
    drag(person, start, (start[0], start[1] - 5), (start[0], start[1] - 300))
    expect(person.locator("#zones [name=y]").first).to_have_value("0")
    fill(person, width="5000")
    expect(person.locator("#told")).to_contain_text("1 zone reaches outside")
    fill(person, width="1920")
    person.locator("#layout button.primary").click()
    person.wait_for_url("**/layouts")

    saved = next(one for one in house.get("/api/layouts")["items"] if one["name"] == "Lobby")
    assert [(zone["id"], zone["y"], zone["height"]) for zone in saved["zones"]] == [("main", 0, 800), ("bar", 918, 162)]


def test_a_clock_and_a_ticker_are_made_in_the_dialog(house: FullHouse, person: Page) -> None:
    def make(kind: str, **fields: str) -> None:
        person.goto(f"{house.url}/content")
        person.locator("[data-make=text]").click()
        dialog = person.locator("#make-text")
        dialog.locator("[name='style.kind']").select_option(kind)
        if date := fields.pop("style.clock.date", ""):
            dialog.locator("[name='style.clock.date']").select_option(date)
        for name, value in fields.items():
            dialog.locator(f"[name='{name}']").fill(value)
        dialog.locator(".primary").click()
        expect(dialog).to_be_hidden()

    make("clock", title="Hall clock", **{"style.clock.date": "dmy"})
    make("ticker", title="News", text="Doors open at eight", **{"style.background": "#c02020"})
    found = {one["title"]: one["style"] for one in house.get("/api/content")["items"] if one["style"]}

    assert (found["Hall clock"]["kind"], found["Hall clock"]["clock"]["date"]) == ("clock", "dmy")
    assert (found["News"]["kind"], found["News"]["background"]) == ("ticker", "#c02020")
