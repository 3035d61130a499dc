"""Without a mouse: from an account to a plan for every day and something on air, by Tab, letters, Space and Enter."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from edge.welcome import PLACE
from tests.journeys.browser import DESK, visitor
from tests.journeys.doors import EMAIL, PASSWORD
from tests.journeys.full_house import waiting_screen

pytestmark = pytest.mark.slow
MOST_TABS = 80
HAS_FOCUS = "selector => document.activeElement.matches(selector)"
IS_SEEN = """
() => {
  const one = document.activeElement;
  const places = [one, ...(one.labels || []), one.nextElementSibling].filter(Boolean);
  return places.some((place) => getComputedStyle(place).outlineStyle !== 'none');
}
"""


@pytest.fixture
def person(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **DESK) as person:
        yield person


def tab_to(person: Page, selector: str) -> None:
    """Goes on with Tab until this has the focus; whoever looks must see that it has."""
    for _ in range(MOST_TABS):
        if person.evaluate(HAS_FOCUS, selector):
            assert person.evaluate(IS_SEEN), f"nobody sees that {selector} has the focus"
            return
        person.keyboard.press("Tab")
    raise AssertionError(f"{selector} can't be reached by Tab on {person.url}")


def write(person: Page, selector: str, words: str) -> None:
    tab_to(person, selector)
    person.keyboard.press("Control+a")
    person.keyboard.type(words)


def press(person: Page, selector: str, key: str = "Enter") -> None:
    tab_to(person, selector)
    person.keyboard.press(key)


def test_everything_of_a_first_day_goes_by_keys(cloud: str, person: Page) -> None:
    person.goto(f"{cloud}/register")
    for name, words in (("organizationName", "Acme"), ("firstName", "Mira"), ("lastName", "Oz"), ("email", EMAIL)):
        write(person, f"[name={name}]", words)
    write(person, "[name=password]", PASSWORD)
    person.keyboard.press("Enter")
    person.wait_for_url("**/screens")

    started = waiting_screen(cloud)
    press(person, ".empty a[href='/pair']")
    person.wait_for_url("**/pair")
    write(person, "[name=code]", started["userCode"])
    write(person, "[name=nickname]", "Window")
    person.keyboard.press("Enter")
    expect(person.locator("[data-step=confirm]")).to_be_visible()
    waiting = requests.post(f"{cloud}/api/pairing/token", json={"deviceCode": started["deviceCode"]}, timeout=60)
    write(person, "[name=confirmation]", waiting.json()["confirmation"])
    person.keyboard.press("Enter")
    expect(person.locator("[data-step=done]")).to_contain_text("Window")

    press(person, "nav a[href='/content']")
    person.wait_for_url("**/content")
    with person.expect_file_chooser() as chooser:
        press(person, "#files", "Space")
    chooser.value.set_files(PLACE / "wayfinding.png")
    expect(person.locator(".tile[data-status=ready]")).to_have_count(1)
    press(person, "[data-make=text]")
    write(person, "#make-text [name=title]", "Hours")
    write(person, "#make-text [name=text]", "Open from seven")
    press(person, "#make-text [value=make]")
    expect(person.locator("#make-text")).to_be_hidden()
    expect(person.locator(".tile")).to_have_count(2)

    press(person, "nav a[href='/playlists']")
    person.wait_for_url("**/playlists")
    press(person, "a[href='/playlists/new']")
    person.wait_for_url("**/playlists/new")
    write(person, "[name=name]", "Day")
    for number in (1, 2):
        press(person, f"#shelf li:nth-child({number}) button")
    expect(person.locator("#items .item")).to_have_count(2)
    person.locator("[name=name]").focus()
    press(person, "#playlist button.primary")
    person.wait_for_url("**/playlists/*-*")

    press(person, "nav a[href='/schedules']")
    person.wait_for_url("**/schedules")
    press(person, "a[href='/schedules/new']")
    person.wait_for_url("**/schedules/new")
    write(person, "[name=name]", "Every day")
    tab_to(person, "[name=kind]")
    person.keyboard.press("ArrowLeft")
    expect(person.locator("[name=kind][value=always]")).to_be_checked()
    press(person, "#schedule button.primary")
    expect(person.locator(".row strong")).to_have_text("Every day")

    press(person, "nav a[href='/publish']")
    person.wait_for_url("**/publish")
    press(person, "[name=what]", "Space")
    expect(person.locator("[data-change]")).to_contain_text("comes on 1 screen")
    press(person, "#publish button.primary")
    expect(person.locator(".override .progress-list")).to_contain_text("Window")


def test_what_no_key_reaches_is_told(cloud: str, person: Page) -> None:
    person.goto(f"{cloud}/sign-in")
    person.locator("[name=password]").evaluate("field => { field.tabIndex = -1 }")

    with pytest.raises(AssertionError, match="can't be reached by Tab"):
        tab_to(person, "[name=password]")


def test_a_focus_that_nobody_sees_is_told(cloud: str, person: Page) -> None:
    person.goto(f"{cloud}/sign-in")
    person.locator("form button").first.evaluate("button => { button.style.outline = 'none' }")

    with pytest.raises(AssertionError, match="nobody sees"):
        tab_to(person, "form button")
