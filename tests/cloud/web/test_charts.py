"""Charts as numbers: bars in proportion, round lines, and labels only where there is room."""

import pytest

from cloud.web.charts import LABELS, ceiling, columns, shares, short


@pytest.mark.parametrize(
    ("number", "top"), [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (81, 200), (1_000, 2_000)]
)
def test_the_axis_ends_at_a_round_number_above_all_bars(number: int, top: int) -> None:
    assert ceiling(number) == top


def test_bars_are_in_proportion_and_stand_on_the_ground() -> None:
    drawn = columns([("a", 10, "a: 10"), ("b", 20, "b: 20"), ("c", 0, "c: 0")])

    assert [bar.height for bar in drawn.columns] == [50.0, 100.0, 0.0]
    assert all(bar.y + bar.height == 100 for bar in drawn.columns)
    assert [line.words for line in drawn.lines] == ["5", "10", "15", "20"]


@pytest.mark.parametrize("count", [1, 8, 9, 31, 366])
def test_labels_never_crowd(count: int) -> None:
    drawn = columns([(f"day {number}", number, "") for number in range(count)])

    labels = [bar.label for bar in drawn.columns if bar.label]
    assert 1 <= len(labels) <= LABELS
    assert drawn.columns[-1].x + drawn.columns[-1].width <= 100


def test_bars_beside_their_words_are_shares_of_the_longest() -> None:
    assert shares([8, 4, 0]) == [100.0, 50.0, 0.0]
    assert shares([0]) == [0.0]
    assert shares([]) == []


@pytest.mark.parametrize(("number", "words"), [(950, "950"), (12_000, "12k"), (3_400_000, "3.4M"), (1_500, "1.5k")])
def test_large_numbers_are_short(number: int, words: str) -> None:
    assert short(number) == words
