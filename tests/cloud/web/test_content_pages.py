"""The pages of content, and what uses it."""

import pytest

from tests.cloud.web.site import api, browser
from tests.fakes.markup import read
from tests.fakes.public_api import use


def test_content_tells_why_it_failed_and_offers_only_what_is_ready() -> None:
    page = browser(api()).get("/content").text

    assert "The file ends too early." in page
    assert "/publish?content=c1" in page
    assert "/publish?content=c3" not in page
    assert "Film · 1920 × 1080 · 1:15" in read(page).text


def test_content_says_where_it_is_used() -> None:
    text = read(browser(api()).get("/content/c1").text).text

    assert "Where it is used Playlist Morning" in text
    assert "On air now, as an emergency Menu" in text
    assert "So it is also shown by: Schedule Plan s1" in text
    assert "Nowhere yet" in read(browser(api()).get("/content/c3").text).text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/content/c1",
            "These are deleted with it: On air now, as an emergency Menu It is taken out here: Playlist Morning "
            "These show something else then: Schedule Plan s1",
        ),
        (
            "/playlists/p1",
            "These are deleted with it: Schedule Plan s1 It is taken out here: When nothing is planned Entrance",
        ),
    ],
)
def test_before_something_is_deleted_it_is_said_what_goes_what_stays_and_what_changes(path: str, told: str) -> None:
    assert told in read(browser(api()).get(path).text).text


def test_what_is_used_nowhere_needs_no_question() -> None:
    full = api()
    full.uses.clear()

    for path in ("/content/c1", "/playlists/p1", "/layouts/l1"):
        assert 'id="delete"' not in browser(full).get(path).text


def test_of_many_uses_the_first_are_told_and_how_many_more() -> None:
    full = api()
    full.uses["l1"] = [use("schedule", f"Plan {number}", f"/schedules/{number}") for number in range(22)]
    text = read(browser(full).get("/layouts/l1").text).text

    assert "Plan 19" in text
    assert "Plan 20" not in text
    assert "and 2 more" in text
