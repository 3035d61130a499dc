"""The pages of playlists, schedules and publications."""

import re

import pytest

from cloud.web.looks import where
from tests.cloud.web.site import api, browser
from tests.fakes.markup import read
from tests.fakes.public_api import PublicApi, device


def test_publish_shows_how_far_each_screen_is() -> None:
    page = browser(api()).get("/publish?content=c2&screen=d2").text

    assert page.count('class="stage reached"') == 2
    assert 'value="contentId:c2" checked' in page
    assert re.search(r'value="d2"[^>]* checked', page)


@pytest.mark.parametrize(
    ("reported", "reached"), [((), 0), (("sentAt",), 1), (("downloadedAt",), 2), (("onGlassAt",), 3)]
)
def test_a_stage_that_was_reached_means_those_before_it_were_too(reported: tuple[str, ...], reached: int) -> None:
    full = api()
    stages = ("sentAt", "downloadedAt", "onGlassAt")
    row = {name: "2026-11-22T11:00:00Z" if name in reported else None for name in stages}
    full.progress["o1"] = [{"deviceId": "d1", "nickname": "Entrance", "status": "online", **row}]

    assert browser(full).get("/publish").text.count('class="stage reached"') == reached


def test_the_editor_knows_which_version_it_changes() -> None:
    page = browser(api()).get("/playlists/p1").text

    assert 'data-etag="&#34;r3&#34;"' in page
    assert 'value="7"' in page
    assert "Content that is gone" in page


def test_a_schedule_is_told_as_people_say_it() -> None:
    text = read(browser(api()).get("/schedules").text).text

    assert "Mon, Tue, 08:00–20:00" in text
    assert "At 09:00 on Monday through Friday" in text
    assert "Once, 24 December 2026, 18:00 – 23:00" in text
    assert "Morning on Entrance · priority 3" in text


def test_a_playlist_that_is_not_there_is_said_so() -> None:
    answer = browser(api()).get("/playlists/none")

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_long_list_is_shown_to_its_end() -> None:
    many = PublicApi(devices=[device(f"d{n}", nickname=f"Screen {n}") for n in range(7)], page_size=3)

    text = browser(many).get("/screens").text

    assert all(f"Screen {n}" in text for n in range(7))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"all": True}, "all screens"),
        ({"deviceIds": ["d1", "gone"], "tags": ["north"]}, "Entrance, a screen that is gone, screens tagged north"),
        ({"deviceIds": [], "tags": []}, "no screen"),
        ({"deviceIds": ["d1", *"abcdef"]}, "Entrance" + ", a screen that is gone" * 4 + ", and 2 more"),
    ],
)
def test_a_target_in_words(target: dict[str, object], words: str) -> None:
    assert where(target, {"d1": "Entrance"}) == words
