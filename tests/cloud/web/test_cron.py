"""Cron expressions in words of languages for which cronsim has none."""

import pytest

from cloud.web.catalogs import Catalogs
from cloud.web.sentences import rhythm
from cloud.web.speech import speaking
from tests.cloud.web.pseudo import english

COMMON = {
    "0 18 * * 1-5": "18:00, Montag bis Freitag, jeweils 1 Std. lang",
    "30 8,12 * * *": "08:30, 12:30, Jeden Tag, jeweils 1 Std. lang",
    "0 9 * * 0": "09:00, So., jeweils 1 Std. lang",
    "0 9 * * 7,6": "09:00, Samstag und Sonntag, jeweils 1 Std. lang",
    "0 9 1,15 * *": "09:00, am 1, 15 des Monats, jeweils 1 Std. lang",
    "0 9 * jan,jul mon": "09:00, Mo., Januar, Juli, jeweils 1 Std. lang",
    "*/15 * * * *": "alle 15 Minuten, Jeden Tag, jeweils 1 Std. lang",
    "* * * * *": "jede Minute, Jeden Tag, jeweils 1 Std. lang",
}
UNCOMMON = ("0 9 L * *", "0 9 * * 1#2", "0 9 1 * 1", "0 9-20 * * *", "*/7 * * * *", "0 9 LW * *", "no cron at all")


def say(expression: str, language: str = "de") -> str:
    token = speaking.set(Catalogs().speech(language))
    try:
        return rhythm({"kind": "cron", "expression": expression, "durationMs": 3_600_000})
    finally:
        speaking.reset(token)


@pytest.mark.parametrize(("expression", "words"), COMMON.items())
def test_what_people_write_is_said_in_their_language(expression: str, words: str) -> None:
    assert say(expression) == words


@pytest.mark.parametrize("expression", UNCOMMON)
def test_what_is_out_of_the_common_is_shown_as_it_is(expression: str) -> None:
    assert say(expression) == f"Cron {expression}, jeweils 1 Std. lang"


def test_arabic_says_it_too() -> None:
    assert "18:00" in say("0 18 * * 1-5", "ar")
    assert "1-5" not in say("0 18 * * 1-5", "ar")


def test_no_word_of_it_is_left_untranslated(pseudo: None) -> None:
    told = [rhythm({"kind": "cron", "expression": one, "durationMs": 60_000}) for one in COMMON]

    assert [english(one) for one in told if english(one)] == []


def test_english_has_its_own_way() -> None:
    assert say("0 9 L * *", "en").startswith("At 09:00 on the last day of every month")
