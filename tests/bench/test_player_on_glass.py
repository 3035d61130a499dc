import pytest

from bench.glass_probe import BLACK, FOREIGN, Came
from bench.player_on_glass import black_ms, changes

FRAME = 1 / 30
CYCLE = [(1, 1.0), (3, 0.5)]
"""A film of a second and a still of half a second; a round begins at every multiple of 1.5 s."""


def test_a_change_is_as_late_as_its_picture_after_its_instant() -> None:
    came = [Came(2.4, 1, 29), Came(2.503, 3, 0), Came(3.004, 1, 0), Came(3.97, 1, 29), Came(4.006, 3, 0)]

    _, still_to_film, film_to_still = changes(came, CYCLE, FRAME, {1})

    assert (still_to_film.before, still_to_film.after) == (3, 1)
    assert still_to_film.late_ms == pytest.approx(4)
    assert still_to_film.gap_ms == pytest.approx(1)
    assert film_to_still.late_ms == pytest.approx(6)
    assert film_to_still.gap_ms == pytest.approx(36 - 1000 / 30)


def test_a_still_that_was_there_before_anybody_looked_tells_no_gap() -> None:
    assert changes([Came(2.4, 3, 0), Came(3.004, 1, 0)], CYCLE, FRAME, {1}) == []


def test_black_counts_for_as_long_as_it_was_seen_and_is_no_change_of_item() -> None:
    came = [Came(0.0, 1, 3), Came(0.5, BLACK, 0), Came(0.52, 3, 0), Came(0.6, FOREIGN, 0), Came(0.7, 3, 0)]

    assert black_ms(came) == pytest.approx(20)
    assert changes(came, CYCLE, FRAME, {1}) == []
