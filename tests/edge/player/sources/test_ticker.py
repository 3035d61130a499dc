from datetime import timedelta

import pytest

from edge.player.sources.ticker import Course, course, runs_rightwards, speed_of
from tests.edge.player.rig import START

WIDTH = 1280
TEN_SECONDS = timedelta(seconds=10)
LENGTHS = (40, 900, 1700, 9_000)
"""From a word to more than ten seconds of reading."""


def run(length: int, *, showing: int = 0, rightwards: bool = False) -> Course:
    """The n-th showing of ten seconds, one after the other."""
    start = START + showing * TEN_SECONDS
    return course(WIDTH, length, speed_of(10, WIDTH), start, start + TEN_SECONDS, rightwards=rightwards)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("rightwards", [False, True])
def test_every_frame_moves_it_by_the_same_whole_pixels(length: int, rightwards: bool) -> None:
    one = run(length, rightwards=rightwards)
    step = one.speed // 60 * (1 if rightwards else -1)
    wrong = 0
    for tick in range(600):
        before, after = one.places(tick / 60), one.places((tick + 1) / 60)
        wrong += not any(place + step in after for place in before) and bool(before) and bool(after)

    assert step != 0
    assert wrong == 0


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("rightwards", [False, True])
def test_the_next_showing_goes_on_where_this_one_ended(length: int, rightwards: bool) -> None:
    for showing in range(20):
        ended = run(length, showing=showing, rightwards=rightwards).places(10.0)

        assert ended == run(length, showing=showing + 1, rightwards=rightwards).places(0.0)


def test_a_river_whose_laps_do_not_fit_the_showing_would_jump() -> None:
    one = run(900)
    unfitted = Course(WIDTH, 900, one.speed, rightwards=False, lap=900 + WIDTH / 4)

    assert unfitted.places(10.0) != unfitted.places(0.0)


def test_what_fits_into_its_showing_begins_with_its_beginning() -> None:
    place = max(run(900).places(1 / 60))

    assert place == WIDTH - run(900).speed // 60


def test_all_of_a_long_text_is_seen_over_the_showings() -> None:
    seen: set[int] = set()
    for showing in range(12):
        one = run(9_000, showing=showing)
        for tick in range(0, 600, 30):
            for place in one.places(tick / 60):
                seen |= set(range(max(0, -place) // 100, min(9_000, WIDTH - place) // 100))

    assert seen == set(range(90))


def test_a_text_written_from_the_right_enters_at_the_left() -> None:
    leftmost = min(run(900, rightwards=True).places(0.5))

    assert leftmost == run(900).speed // 2 - 900


@pytest.mark.parametrize(
    ("percent", "width", "speed"), [(10, 1920, 180), (None, 1920, 180), (1, 1920, 60), (100, 3840, 3840), (10, 100, 60)]
)
def test_a_speed_is_whole_pixels_a_frame(percent: int | None, width: int, speed: int) -> None:
    assert speed_of(percent, width) == speed


@pytest.mark.parametrize(
    ("text", "rightwards"),
    [("Hello", False), ("שלום", True), ("123 مرحبا", True), ("7 % Rabatt", False), ("1-2-3", False)],
)
def test_the_first_letter_says_which_way_it_runs(text: str, rightwards: bool) -> None:
    assert runs_rightwards(text) is rightwards
