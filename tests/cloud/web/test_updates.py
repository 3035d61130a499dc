"""What the pages say of a screen's system, and of which updates an organization's screens get."""

from typing import Any

import pytest

from cloud.updates.offering import Why
from cloud.web.updates import WORDS, told
from tests.cloud.web.site import api, browser
from tests.fakes.markup import read
from tests.fakes.public_api import update
from vizora.device_api import Outcome

NEWER = {"newest": "1.2"}


def last(outcome: str, version: str = "1.2") -> dict[str, Any]:
    return {"last": {"version": version, "outcome": outcome, "why": "wrong board", "at": "2026-11-22T03:00:00Z"}}


@pytest.mark.parametrize(
    ("said", "sentence", "bad", "may_ask"),
    [
        ({}, "Up to date.", False, False),
        ({"why": "window", **NEWER}, "Version 1.2 comes in the maintenance window.", False, True),
        ({"why": "later", **NEWER}, "Version 1.2 comes later: other screens go first.", False, True),
        ({"why": "halted", **NEWER}, "Version 1.2 was stopped: it made trouble on screens.", True, False),
        ({"why": "later", **NEWER, **last("taken")}, "Version 1.2 is being installed.", False, False),
        ({"why": "tried", **NEWER, **last("refused")}, "Version 1.2 could not be installed.", True, False),
        ({"why": "tried", **NEWER, **last("works", "1.0")}, "Version 1.2 did not work on this screen.", True, False),
        ({"version": "1.2", **last("taken")}, "Up to date.", False, False),
        ({"why": "off"}, "Updates are switched off.", False, False),
    ],
)
def test_a_sentence_says_what_comes_next_or_what_went_wrong(
    said: dict[str, Any], sentence: str, bad: bool, may_ask: bool
) -> None:
    shown = told(update(**said))

    assert shown is not None
    assert (shown.sentence, shown.is_bad, shown.may_ask) == (sentence, bad, may_ask)


def test_there_are_words_for_whatever_may_be() -> None:
    assert set(WORDS) >= {*Why, Outcome.TAKEN, Outcome.FELL_BACK, Outcome.REFUSED} - {Why.UNKNOWN}


def test_a_screens_page_says_what_went_wrong_and_why() -> None:
    full = api()
    full.update |= {"why": "tried", **NEWER, **last("refused")}

    page = read(browser(full).get("/screens/d1").text)

    assert "Version 1.2 could not be installed. wrong board" in page.text


def test_a_screen_that_waits_for_its_turn_may_be_told_to_update_now() -> None:
    waits, has_it = api(), api()
    waits.update |= {"why": "later", **NEWER}

    assert 'data-command="update"' in browser(waits).get("/screens/d1").text
    assert 'data-command="update"' not in browser(has_it).get("/screens/d1").text


def test_a_screen_that_cannot_update_itself_is_not_spoken_of() -> None:
    other = api()
    other.update |= {"board": None, "version": None, "why": "unknown"}

    page = browser(other).get("/screens/d1").text

    assert "updateChannel" not in page
    assert "Up to date" not in page


def test_an_admin_sets_channel_and_window_and_nobody_else() -> None:
    admins, viewers = api(), api()
    viewers.role = "viewer"

    page = browser(admins).get("/organization").text

    assert 'name="start" type="time" value="02:00"' in page
    assert '<option value="stable" selected>' in page
    assert 'id="updates"' not in browser(viewers).get("/organization").text
