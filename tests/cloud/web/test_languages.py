"""Which language somebody is answered in, and that pages, forms and scripts keep to it."""

from datetime import datetime

import pytest

from cloud.web.catalogs import Catalogs
from cloud.web.deeds import DEEDS
from cloud.web.listening import accepted, chosen
from cloud.web.naming import listed
from cloud.web.problems import stuck, told
from cloud.web.speech import ENGLISH, Speech, many, speaking
from cloud.web.writing import as_written, day_and_time, number, percent, size_of
from tests.cloud.house import PASSWORD, House
from tests.cloud.policy import ENDPOINTS
from tests.cloud.web.site import FOR_ADMINS, FOR_ALL, FOR_PEOPLE, api, browser
from tests.fakes.markup import read

CATALOGS = Catalogs()


@pytest.fixture
def german() -> Speech:
    return CATALOGS.speech("de")


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("", []),
        ("de", ["de"]),
        ("en;q=0.5, de-AT, ar;q=0.8", ["de-AT", "ar", "en"]),
        ("de;q=0, ar", ["ar"]),
        ("de;q=much, ar;q=0.1", ["ar"]),
        (";;;,,;q=1", []),
    ],
)
def test_a_browser_says_what_it_likes_best(header: str, languages: list[str]) -> None:
    assert accepted(header) == languages


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("ar", "de"), "ar"),
        ((None, "de-AT", "ar"), "de"),
        (("fr", "DE_at"), "de"),
        (("fr", "../../etc"), "en"),
        ((), "en"),
    ],
)
def test_the_first_wish_that_can_be_met_is_met(wishes: tuple[str | None, ...], language: str) -> None:
    assert chosen(wishes, CATALOGS.codes) == language


@pytest.mark.parametrize(
    ("account", "cookie", "header", "language"),
    [
        (None, None, "", "en"),
        (None, None, "ar-EG,en;q=0.5", "ar"),
        (None, "de", "ar", "de"),
        ("en", "de", "ar", "en"),
        ("ar", None, "de", "ar"),
    ],
)
def test_the_account_decides_then_the_door_then_the_browser(
    account: str | None, cookie: str | None, header: str, language: str
) -> None:
    asked = api()
    asked.language = account
    client = browser(asked)
    client.headers["accept-language"] = header
    if cookie:
        client.headers["cookie"] += f"; language={cookie}"

    page = client.get("/screens")

    assert f'<html lang="{language}"' in page.text
    kept = [one for one in page.headers.get_list("set-cookie") if one.startswith("language=")]
    assert bool(kept) is (account is not None and account != cookie)


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS + FOR_ALL)
@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction_and_is_well_made_in_it(
    path: str, language: str, direction: str
) -> None:
    asked = api()
    asked.language = language
    client = browser(asked)
    client.headers["accept-language"] = language

    page = client.get(path)

    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert read(page.text).faults == []


def test_the_door_offers_the_other_languages_and_remembers_what_was_chosen() -> None:
    client = browser(api(), signed_in=False)

    door = client.get("/sign-in?next=/pair")
    turned = client.get("/sign-in?next=/pair&language=de")

    assert "?next=%2Fpair&language=ar" in read(door.text).addresses
    assert "العربية" in read(door.text).text
    assert "Passwort" in read(turned.text).text
    assert turned.headers["set-cookie"].startswith("language=de;")
    assert "set-cookie" not in client.get("/sign-in?language=xx").headers


def test_what_was_chosen_is_kept_in_the_account(house: House) -> None:
    client = house.register().client
    own = client.put("/api/auth/me/settings", json={"language": "de"})

    assert own.json()["language"] == "de"
    assert client.get("/api/auth/me").json()["user"]["language"] == "de"
    assert "Bild\N{SOFT HYPHEN}schirme" in client.get("/screens").text
    assert client.put("/api/auth/me/settings", json={"language": "fr"}).status_code == 400
    assert client.put("/api/auth/me/settings", json={"language": None}).json()["language"] is None


def test_a_refused_form_says_why_in_the_language_of_its_page(house: House) -> None:
    form = {"email": "nobody@acme.example", "password": PASSWORD}
    headers = {"accept-language": "de", "origin": "http://127.0.0.1:3000"}

    answer = house.client.post("/sign-in", data=form, headers=headers)

    assert "Die E-Mail-Adresse, das Passwort oder der Code ist falsch." in answer.text


def test_problems_are_told_by_their_code_where_another_language_is_spoken(german: Speech) -> None:
    problem = {"code": "AUTH_003", "detail": "Too many attempts: wait 30 s."}
    screen = {"code": "VZ-107", "sentence": "The cloud can't be asked."}

    in_english = (told(problem), stuck(screen))
    token = speaking.set(german)
    in_german = (told(problem), stuck(screen), told({"code": "X_1", "detail": "Odd."}), stuck({"code": "VZ-999"}))
    speaking.reset(token)

    assert in_english == ("Too many attempts: wait 30 s.", "The cloud can't be asked.")
    assert in_german[0].startswith("Zu viele Versuche")
    assert in_german[1].startswith("Er erreicht die Cloud nicht")
    assert in_german[2:] == ("Odd.", "VZ-999")


def test_every_deed_that_is_written_down_has_its_words() -> None:
    actions = {endpoint.action for endpoint in ENDPOINTS if endpoint.action}

    assert actions - set(DEEDS) == set()


def test_numbers_days_and_lists_are_written_as_the_language_does(german: Speech) -> None:
    at = datetime(2026, 11, 23, 8, 5)  # noqa: DTZ001  a wall clock's
    token = speaking.set(german)
    written = (number(12345), percent(0.9987), size_of(1_234_567), day_and_time(at), str(listed(["a", "", "<b>"])))
    speaking.reset(token)

    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in written] == [
        "12.345", "99,9 %", "1,2 MB", "Mo., 23. Nov., 08:05", "a, &lt;b&gt;",
    ]  # fmt: skip
    assert (number(12345), day_and_time(at)) == ("12,345", "Mon 23 Nov, 08:05")


def test_technical_words_keep_their_order_in_a_text_from_right_to_left() -> None:
    token = speaking.set(CATALOGS.speech("ar"))
    inside = as_written("61 °C")
    speaking.reset(token)

    assert inside == "\N{LEFT-TO-RIGHT ISOLATE}61 °C\N{POP DIRECTIONAL ISOLATE}"
    assert as_written("61 °C") == "61 °C"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لم تُختر أي شاشة"),
        (1, "اختيرت شاشة واحدة"),
        (2, "اختيرت شاشتان"),
        (7, "اختيرت 7 شاشات"),
        (11, "اختيرت 11 شاشة"),
    ],
)
def test_there_is_a_form_for_each_number(count: int, words: str) -> None:
    token = speaking.set(CATALOGS.speech("ar"))
    said = many("%(count)s screen chosen", "%(count)s screens chosen", count)
    speaking.reset(token)

    assert said == words


def test_scripts_get_their_words_beside_the_page() -> None:
    client = browser(api(), signed_in=False)
    address = CATALOGS.speech("ar").script

    script = client.get(address)

    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert '"%(count)s screen chosen":["' in script.text
    assert '"AUTH_001":"' in script.text
    assert "You have ten seconds" not in script.text, "that is a page's, not a script's"
    assert client.get("/static/old/words/ar.js").headers["cache-control"] == "no-cache"
    assert client.get("/static/old/words/en.js").status_code == 404
    assert client.get("/static/old/words/..%2Fde.js").status_code == 404
    assert address in client.get("/sign-in?language=ar").text
    assert "/words/" not in client.get("/sign-in?language=en").text


def test_english_needs_no_catalog() -> None:
    assert ENGLISH.script == ""
    assert CATALOGS.codes == ("en", "ar", "de")
    assert dict(CATALOGS.languages) == {"en": "English", "ar": "العربية", "de": "Deutsch"}
