import random

from edge.diagnostics.access import OPEN_S, TRIES, Closed, Open, Session, opened, seen_at, session_of, signed_out, tried

PIN = "04711234"
SESSION = Session("cookie", "csrf")


def guess(door: object, rounds: int, seed: int) -> int:
    """How often a guesser got in, in `rounds` tries of random numbers, the right one among every 1,000."""
    chance = random.Random(seed)
    state = opened(PIN, 0.0)
    entered = 0
    for number in range(rounds):
        pin = PIN if number % 1000 == 999 else f"{chance.randrange(10**8):08d}"
        state, is_in = door(state, pin, float(number) / 1000, SESSION)  # type: ignore[operator]
        entered += is_in
    return entered


def test_the_right_number_lets_in_and_the_wrong_one_does_not() -> None:
    door, is_in = tried(opened(PIN, 0.0), PIN, 1.0, SESSION)

    assert is_in
    assert session_of(door, "cookie", 2.0) == SESSION
    assert session_of(door, "another", 2.0) is None
    assert tried(opened(PIN, 0.0), "00000000", 1.0, SESSION)[1] is False


def test_the_fifth_wrong_number_shuts_the_door_for_everybody() -> None:
    door, _ = tried(opened(PIN, 0.0), PIN, 0.0, SESSION)
    for count in range(TRIES):
        assert session_of(door, "cookie", 1.0) == SESSION, count
        door, _ = tried(door, "99999999", 1.0, SESSION)

    assert door == Closed(guessed=True)
    assert session_of(door, "cookie", 1.0) is None
    assert tried(door, PIN, 1.0, SESSION) == (door, False)


def test_ten_thousand_guesses_never_get_in() -> None:
    assert guess(tried, 10_000, seed=1) == 0


def test_a_door_that_does_not_count_is_entered() -> None:
    """The broken twin."""

    def forgetful(door: Open, pin: str, at: float, session: Session) -> tuple[Open, bool]:
        return door, pin == door.pin

    assert guess(forgetful, 10_000, seed=1) > 0


def test_what_is_no_number_is_just_wrong() -> None:
    for text in ("", "é" * 8, PIN + "0", " " + PIN, "\0"):
        assert tried(opened(PIN, 0.0), text, 0.0, SESSION)[1] is False


def test_after_half_an_hour_it_is_closed_whatever_was_asked_for() -> None:
    door = opened(PIN, 100.0, seconds=10 * OPEN_S)

    assert isinstance(seen_at(door, 100.0 + OPEN_S - 1), Open)
    assert seen_at(door, 100.0 + OPEN_S) == Closed()
    assert tried(door, PIN, 100.0 + OPEN_S, SESSION) == (Closed(), False)


def test_opening_anew_signs_everybody_out() -> None:
    door, _ = tried(opened(PIN, 0.0), PIN, 0.0, SESSION)

    assert session_of(opened("11111111", 1.0), "cookie", 1.0) is None
    assert session_of(signed_out(door, "cookie"), "cookie", 1.0) is None


def test_of_many_browsers_the_oldest_goes() -> None:
    door = opened(PIN, 0.0)
    for number in range(10):
        door, _ = tried(door, PIN, 0.0, Session(f"cookie {number}", ""))  # type: ignore[assignment]

    assert session_of(door, "cookie 0", 1.0) is None
    assert session_of(door, "cookie 9", 1.0) is not None
