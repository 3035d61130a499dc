"""Whatever is typed into whatever field: it is shown as text or refused in words, and no page breaks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.journeys.browser import SMALL, visitor
from tests.journeys.doors import sign_in
from tests.journeys.full_house import HOSTILE, MARKUP, FullHouse

pytestmark = pytest.mark.slow
TEN_KB = "W" * 10_000
TYPED = {
    "markup, letters from right to left and emoji": f"{MARKUP}'\"&amp;"
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.evil\N{ARABIC LETTER ALEF}\N{FOX FACE}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}",
    "10 kB": TEN_KB,
}
FIELDS = "input:not([type]), input[type=search], input[type=text], textarea"
FORMS = {
    "/register": "form[data-session]", "/pair": "[data-step=claim]", "/screens": ".find", "/content": ".find",
    "/screens/{screen}": "#settings", "/content/{content}": "#content", "/playlists/new": "#playlist",
    "/layouts/new": "#layout", "/schedules/new": "#schedule", "/organization": "#organization",
    "/screens/many": "#enrol",
}  # fmt: skip
DIALOGS = {
    "/content": ("[data-make=text]", "#make-text"),
    "/content?": ("[data-make=webpage]", "#make-webpage"),
    "/content?q=": ("[data-make=video]", "#make-video"),
    "/account": ("[data-token]", "#token"),
    "/organization/people": ("[data-invite]", "#invite"),
}


@pytest.fixture(scope="module")
def answers() -> list[Response]:
    """All that the server said to the page so far."""
    return []


@pytest.fixture(scope="module")
def person(house: FullHouse, chromium: Browser, answers: list[Response]) -> Iterator[Page]:
    with visitor(chromium, **SMALL) as person:
        person.on("response", lambda answer: answers.append(answer))
        person.on("dialog", lambda dialog: dialog.accept())  # an editor asks before what was typed is lost
        sign_in(person, house.url)
        yield person


def send(form: Locator, words: str) -> None:
    """Fills every field that takes text, also where the page would let in less; presses the main button and waits."""
    fields = form.locator(FIELDS).filter(visible=True)
    for number in range(fields.count()):
        fields.nth(number).evaluate("field => field.removeAttribute('maxlength')")
        fields.nth(number).fill(words)
    form.locator("button:visible:not([type=button]):not([value=''])").first.click()
    expect(form.locator("button:disabled")).to_have_count(0)


def unbroken(person: Page, answers: list[Response]) -> None:
    expect(person.locator("html")).to_have_js_property("scrollWidth", SMALL["viewport"]["width"])
    assert person.title() != "hacked"
    assert [(one.url, one.status) for one in answers if one.status >= 500] == []


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_takes_it_or_says_why_not(
    house: FullHouse, person: Page, answers: list[Response], path: str, kind: str
) -> None:
    person.goto(house.url + path.format(**house.ids))
    form = person.locator(FORMS[path])
    expect(form.locator(FIELDS).filter(visible=True)).not_to_have_count(0)

    send(form, TYPED[kind])

    unbroken(person, answers)


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize("path", DIALOGS)
def test_a_dialog_takes_it_or_says_why_not(
    house: FullHouse, person: Page, answers: list[Response], path: str, kind: str
) -> None:
    opens, dialog = DIALOGS[path]
    person.goto(house.url + path)
    person.locator(opens).first.click()

    send(person.locator(dialog), TYPED[kind])

    unbroken(person, answers)


def test_what_was_taken_is_shown_as_it_was_typed(house: FullHouse, person: Page, answers: list[Response]) -> None:
    """After all of the above, and with the hostile things the house has of its own."""
    for path in house.pages().values():
        person.goto(house.url + path)
        expect(person.locator("h1").first).to_be_attached()
        unbroken(person, answers)
        assert person.locator("main script, main img[onerror]").count() == 0, path

    person.goto(f"{house.url}/screens")
    expect(person.locator("h2", has_text=re.compile("evil"))).to_have_text(HOSTILE)


def test_ten_kilobytes_are_refused_in_words_beside_the_field(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/playlists/new")
    send(person.locator("#playlist"), TEN_KB)

    expect(person.locator("#playlist .field-problem")).to_contain_text(re.compile("200|long"))
    assert TEN_KB not in str(house.get("/api/playlists?limit=200"))
