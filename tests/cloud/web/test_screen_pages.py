"""The pages of screens: how they are, what is on and why."""

import pytest

from cloud.web.looks import Glass, glass
from tests.cloud.web.site import api, browser, segment
from tests.fakes.markup import read
from tests.fakes.public_api import device, forecast


def test_a_screen_says_how_it_is_what_is_on_and_why() -> None:
    full = api()
    full.timeline = {"segments": [segment("s1")], "conflicts": [], "digest": ""}
    text = read(browser(full).get("/screens/d1").text).text

    assert "Entrance Online" in text
    assert "CardLook at this: 95% used" in text
    assert "Shown Schedule “Plan s1”: Active at all times. Nothing stronger is active." in text
    assert "Sun 22 Nov, 07:00 12:00" in text


@pytest.mark.parametrize(
    ("status", "plays", "issued", "word"),
    [
        ("online", 6, 7, "Behind"),
        ("online", 7, 7, "Online"),
        ("online", None, 7, "Online"),
        ("offline", 6, 7, "Offline"),
    ],
)
def test_a_screen_is_behind_when_it_plays_something_older(
    status: str, plays: int | None, issued: int, word: str
) -> None:
    full = api()
    full.devices[0]["status"] = status
    full.now = forecast(manifestVersion=plays, issuedVersion=issued)

    assert f"Entrance {word}" in read(browser(full).get("/screens/d1").text).text


def test_a_viewer_is_offered_no_change_of_a_screen() -> None:
    full = api()
    full.role = "viewer"
    page = browser(full).get("/screens/d1").text

    assert "data-unpair" not in page
    assert "data-command" not in page


def test_screens_say_how_they_are_in_words() -> None:
    text = read(browser(api()).get("/screens").text).text

    assert "Entrance Online Now Menu" in text
    assert "Counter Offline" in text
    assert "Hall Needs attention" in text
    assert "The card fails." in text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, Glass("", "", "")),
        (
            {"shown": [{"contentId": "c1", "title": "Menu"}, {"contentId": "c9", "title": "News"}]},
            Glass("Menu, News", "/1", ""),
        ),
        ({"shown": [], "problem": {"code": "VZ-112", "sentence": None}}, Glass("", "", "VZ-112", is_idle=True)),
        ({"shown": "nonsense", "problem": "nonsense"}, Glass("", "", "")),
        ({"shown": [7, {"title": 7, "contentId": []}]}, Glass("", "", "")),
        ("nonsense", Glass("", "", "")),
    ],
)
def test_a_screens_own_words_are_taken_as_far_as_they_make_sense(said: object, words: Glass) -> None:
    assert glass(device("d1", currentContent=said), {"c1": "/1"}) == words


def test_every_time_zone_is_offered_and_the_screen_s_own_is_chosen() -> None:
    full = api()
    full.devices[0]["timezone"] = "Europe/Paris"

    page = browser(full).get("/screens/d1").text

    assert "<option selected>Europe/Paris</option>" in page
    assert page.count("<option selected>") == 1
    assert "<option>Asia/Tokyo</option>" in page
