"""Every page in a language nobody speaks: whatever can still be read there was never given to the translators."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud.web.catalogs import Catalogs
from tests.fakes.pseudo_words import CODE, pseudo
from tests.journeys.browser import SMALL, visitor
from tests.journeys.doors import sign_in
from tests.journeys.full_house import FullHouse, full_house
from vizora.schedule.zones import zone_names

pytestmark = pytest.mark.slow
DOORS = ("/register", "/forgotten-password", "/reset-password", "/invitation", "/sign-in")
LISTS = (
    "devices", "content", "playlists", "schedules", "layouts", "users", "users/invitations", "api-tokens",
    "devices/enrolment-tokens", "audit-logs",
)  # fmt: skip
PEOPLES_OWN = (
    "name", "nickname", "title", "email", "firstName", "lastName", "location", "tags", "text", "fileName", "model",
    "resolution", "slug", "userEmail", "action", "expression", "zoneId", "subscriptionTier",
)  # fmt: skip
"""Fields of the API with words of people, hardware, or our own for programs."""
NAMES = (
    "JPEG, PNG, WebP, GIF", "MP4, WebM", "Vizora", "CSV", "PDF", "Cron", "kB", "MB", "GB", "Pro", "ABC DEF", "DE",
    "https://example.org/board", "2:05 pm", "rtsp://camera.example/1", "#ffffff", "main", "bar", "UTC",
    "English", "العربية", "Deutsch", "ms", "cache",
)  # fmt: skip
WORD = re.compile(r"[A-Za-z]{2,}")
READ = """
(root => {
  const PEOPLES = 'script, style, [lang=en], noscript, .brand, .who, #drawing, #stage';
  const said = [document.title];
  const walk = (place) => {
    for (const node of place.childNodes) {
      if (node.nodeType === 3) said.push(node.textContent);
      if (node.nodeType !== 1 || node.matches(PEOPLES)) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'label']) {
        if (node.hasAttribute(name)) said.push(node.getAttribute(name));
      }
      walk(node.tagName === 'TEMPLATE' ? node.content : node);
    }
  };
  walk(document.body);
  return said.map((one) => one.trim()).filter(Boolean);
})()
"""
WIDE = """
document.documentElement.scrollWidth <= 320 ? [] : [...document.querySelectorAll('body *')].filter((one) => {
  const { left, right } = one.getBoundingClientRect();
  return (left < -1 || right > 321) && !one.closest('.scroller, svg, .visually-hidden');
}).map((one) => one.outerHTML.slice(0, 90))
"""
"""What reaches out of a page that scrolls sideways."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHouse]:
    with full_house(tmp_path_factory.mktemp("pseudo"), "tests.fakes.pseudo_words") as house:
        yield house


@pytest.fixture(scope="module")
def viewer(house: FullHouse, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **SMALL) as viewer:
        viewer.goto(f"{house.url}/sign-in?language={CODE}")
        expect(viewer.locator("html")).to_have_attribute("lang", CODE)
        sign_in(viewer, house.url)
        yield viewer


@pytest.fixture(scope="module")
def data(house: FullHouse) -> list[str]:
    """What people wrote themselves, and what needs no translation; the longest first."""
    answers = [house.get(f"/api/{name}?limit=200") for name in LISTS] + [house.get("/api/auth/me")]
    own = {word for answer in answers for word in own_words(answer)}
    return sorted({*own, *NAMES, *zone_names()} - {""}, key=len, reverse=True)


def own_words(value: Any, field: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from own_words(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from own_words(inner, field)
    elif isinstance(value, str) and field in PEOPLES_OWN:
        yield value
        yield from value.split("\n")
        yield value.capitalize()
    elif field == "deviceIdentifier":
        yield f"…{value[-4:].upper()}"


def untranslated(viewer: Page, data: list[str]) -> list[str]:
    """What of the page is still English."""
    found = []
    for said in viewer.evaluate(READ):
        left = said
        for known in data:
            left = left.replace(known, "")
        if WORD.search(left):
            found.append(said[:120])
    return found


def pages() -> list[str]:
    ids = dict.fromkeys(("screen", "playlist", "content", "schedule", "layout", "pdf", "failed"), "")
    return [*FullHouse("", ids=ids).pages(), *DOORS]


@pytest.mark.parametrize("name", pages())
def test_nothing_on_a_page_is_left_untranslated_or_wider_than_a_phone(
    house: FullHouse, viewer: Page, data: list[str], name: str
) -> None:
    viewer.goto(house.url + house.pages().get(name, name))

    expect(viewer.locator("h1").first).to_be_attached()
    expect(viewer.locator("html")).to_have_attribute("lang", CODE)
    assert untranslated(viewer, data) == []
    assert viewer.evaluate(WIDE) == []


TOLD = [("screen", "#why li"), ("content", ".reason"), ("content that can't be shown", ".reason")]


@pytest.mark.parametrize(("name", "place"), TOLD)
def test_no_reason_and_no_fault_is_told_in_english(house: FullHouse, viewer: Page, name: str, place: str) -> None:
    viewer.goto(house.url + house.pages()[name])

    expect(viewer.locator(place).first).to_contain_text("[")
    assert marked_as_english(viewer, place) == 0

    viewer.locator(place).first.evaluate("place => { place.innerHTML = '<i lang=en>Active since noon</i>' }")
    assert marked_as_english(viewer, place) == 1


def marked_as_english(viewer: Page, place: str) -> int:
    return viewer.locator(f"{place}[lang=en], {place} [lang=en]").count()


def test_the_look_at_a_page_sees_what_is_not_translated(house: FullHouse, viewer: Page, data: list[str]) -> None:
    viewer.goto(f"{house.url}/screens")
    odd = '<p>Entrance</p><p>Save <b>it</b></p><img alt="A poster"><input placeholder="Name"><template>Later</template>'
    viewer.evaluate("markup => { document.body.innerHTML = markup }", odd)

    assert untranslated(viewer, data) == ["Save", "it", "A poster", "Name", "Later"]


def test_the_language_is_longer_and_keeps_what_is_filled_in() -> None:
    assert pseudo("Save") == "[Şȧṽḗ~~]"
    assert pseudo('Delete <b class="x">%(name)s</b>, 5 %%?') == '[Ḓḗŀḗŧḗ <b class="x">%(name)s</b>, 5 %%?~~~~~]'


def test_it_is_offered_in_tests_only() -> None:
    assert CODE not in Catalogs().codes
