"""Every page with everything on it, hostile names included: readable for all, within its policy, and light."""

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from cloud.web.catalogs import Catalogs
from cloud.web.static_files import FOLDER
from tests.journeys.accessibility import Viewers, faults, grave, viewers
from tests.journeys.browser import STILL, Console, visitor
from tests.journeys.doors import sign_in
from tests.journeys.full_house import FullHouse

pytestmark = pytest.mark.slow
MOST_BYTES = 100_000
LOOSE = (
    """<main><img src="/static/x/mark.svg"><button></button><p style="color: #999; background: #fff">pale</p></main>"""
)


@pytest.fixture(scope="module")
def viewer(house: FullHouse, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **STILL) as viewer:
        sign_in(viewer, house.url)
        yield viewer


@pytest.fixture(scope="module")
def both(chromium: Browser, viewer: Page) -> Iterator[Viewers]:
    with viewers(chromium, viewer) as both:
        yield both


def pages() -> list[str]:
    ids = dict.fromkeys(("screen", "playlist", "content", "schedule", "layout", "pdf", "failed"), "")
    return list(FullHouse("", ids=ids).pages())


@pytest.mark.parametrize("name", pages())
def test_a_page_keeps_nobody_out(house: FullHouse, both: Viewers, name: str) -> None:
    both.console.errors.clear()
    found = faults(both, house.url + house.pages()[name])

    assert not found, "\n".join(found)
    assert (both.console.violations, both.console.errors) == ([], [])
    assert both.desk.title() != "hacked"


@pytest.mark.parametrize("name", ["screens", "screen", "schedules", "publish", "analytics"])
@pytest.mark.parametrize("language", ["ar", "de"])
def test_a_main_page_keeps_nobody_out_in_other_languages_either(
    house: FullHouse, both: Viewers, name: str, language: str
) -> None:
    settings = f"{house.url}/api/auth/me/settings"
    house.session.put(settings, json={"language": language}, timeout=60)
    both.console.errors.clear()
    try:
        found = faults(both, house.url + house.pages()[name])
        spoken = both.desk.evaluate("document.documentElement.lang")
    finally:
        house.session.put(settings, json={"language": None}, timeout=60)
        for page in (both.desk, both.phone):
            page.context.clear_cookies(name="language")

    assert spoken == language
    assert not found, "\n".join(found)
    assert (both.console.violations, both.console.errors) == ([], [])


def test_the_pages_of_somebody_who_may_only_look_ask_for_nothing_else(house: FullHouse, chromium: Browser) -> None:
    """And the API refuses her what the pages don't offer."""
    console = Console()
    with visitor(chromium, console=console) as looker:
        sign_in(looker, house.url, "vera@acme.example")
        answers = {path: looker.goto(house.url + path) for path in house.pages().values()}
        refused = looker.evaluate(
            "fetch('/api/playlists', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })"
            ".then((answer) => answer.status)"
        )

    hers = {path for path, answer in answers.items() if answer is not None and answer.ok}
    assert set(answers) - hers == {"/organization/people", "/organization/log"}
    assert refused == 403
    assert [one for one in console.errors if not one.endswith(("/api/playlists", *(set(answers) - hers)))] == []


def test_the_console_is_read(house: FullHouse, chromium: Browser) -> None:
    console = Console()
    with visitor(chromium, console=console) as viewer:
        viewer.goto(f"{house.url}/sign-in")
        with viewer.expect_console_message():
            viewer.evaluate("document.body.append(Object.assign(new Image(), { src: '/not/there.png', alt: '' }))")

    assert "/not/there.png" in console.errors[0]


@pytest.mark.parametrize("what", ["document.body.innerHTML = '<p style=\"color: red\">'", "setTimeout(() => lost())"])
def test_a_visit_ends_badly_when_the_policy_or_a_script_was_broken(
    house: FullHouse, chromium: Browser, what: str
) -> None:
    def visit() -> None:
        with visitor(chromium) as viewer:
            viewer.goto(f"{house.url}/sign-in")
            viewer.evaluate(f"() => {{ {what}; return new Promise((later) => setTimeout(later)) }}")
            viewer.reload()

    with pytest.raises(AssertionError, match=r"Content Security Policy|lost is not defined"):
        visit()


def test_the_look_at_a_page_sees_faults(house: FullHouse, chromium: Browser) -> None:
    console = Console()
    with visitor(chromium, console=console, **STILL) as viewer:
        viewer.goto(f"{house.url}/sign-in")
        viewer.evaluate("markup => { document.body.innerHTML = markup }", LOOSE)

        found = " ".join(grave(viewer))
        console.violations.clear()  # of the style

    assert all(rule in found for rule in ("image-alt", "button-name"))


@pytest.mark.parametrize("name", pages())
def test_a_page_with_all_it_needs_is_light(house: FullHouse, name: str) -> None:
    page = house.session.get(house.url + house.pages()[name], timeout=60)
    catalogs = Catalogs()
    words = [catalogs.script(code).encode() for code in catalogs.codes[1:]]
    ours = [*(file.read_bytes() for file in FOLDER.iterdir()), max(words, key=len)]

    weight = len(gzip.compress(page.content)) + sum(len(gzip.compress(body)) for body in ours)

    assert page.status_code == 200
    assert weight <= MOST_BYTES, f"{weight} bytes compressed"
