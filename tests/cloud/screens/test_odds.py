"""How likely it is that guessing adds a screen, from the limits that the code itself has (P20): arithmetic, no trial.

That these limits are kept is for `test_guessing` and `test_breaker`.
"""

import pytest

from cloud.screens import breaker, claiming, codes, pairing, redeeming

PROMISED = 1e-6
"""A day, whoever guesses and however many they are."""
HOURS = 24


def of_one_guess(characters: int, live: int, *, number: bool) -> float:
    """That it names one of the live codes and, where the screen then shows a number, that this is guessed as well."""
    hits: float = live / len(codes.ALPHABET) ** characters
    return hits * (claiming.TRIES / 10 ** len(codes.confirmation()) if number else 1)


def a_day() -> float:
    """At codes on screens, by everybody together: wrong ones that are looked at, at as many codes as may be live."""
    (everyone,) = breaker.EVERYONE
    assert everyone.seconds == HOURS * 3600
    return everyone.count * of_one_guess(codes.USER_CODE_CHARACTERS, breaker.SHORT_CODES, number=True)


def from_one_address(live: int, *, number: bool) -> float:
    """At the long codes that are looked at all the same, in a day."""
    limits = claiming.LIMITS["code-ip"] if number else redeeming.IP_LIMITS
    guesses = min(limit.count * HOURS * 3600 / limit.seconds for limit in limits)
    return guesses * of_one_guess(codes.LONG_CODE_CHARACTERS, live, number=number)


def test_all_guesses_of_a_day_at_codes_on_screens_stay_below_one_in_a_million() -> None:
    assert a_day() < PROMISED


def test_long_codes_stay_below_it_for_hundreds_of_addresses() -> None:
    assert 500 * from_one_address(pairing.LIVE_CODES, number=True) < PROMISED


def test_a_code_made_beforehand_stays_below_it_though_no_number_guards_it() -> None:
    """For one address, and a thousand such codes at once."""
    assert from_one_address(1000, number=False) < PROMISED


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (breaker, "SHORT_CODES", pairing.LIVE_CODES),
        (claiming, "TRIES", 10),
        (codes, "USER_CODE_CHARACTERS", 5),
        (codes, "ALPHABET", codes.ALPHABET[:30]),
        (codes, "confirmation", lambda: "123"),
    ],
)
def test_with_any_one_limit_relaxed_the_promise_would_be_broken(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, value: object
) -> None:
    monkeypatch.setattr(where, name, value)

    assert a_day() > PROMISED
