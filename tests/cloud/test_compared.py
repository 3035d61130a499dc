"""The judge of `make soak SOAK=timing`, on rows whose kind is known."""

import random

import pytest

from tests.soak.compared import Compared, compare, rank_test


def row(seed: int, *, slower: float = 1.0, count: int = 400) -> list[float]:
    """Answers as a busy machine gives them: a long tail, some far out."""
    dice = random.Random(seed)
    return [slower * dice.lognormvariate(0, 0.2) * (50 if dice.random() < 0.01 else 1) for _ in range(count)]


@pytest.mark.parametrize("seed", range(10))
def test_rows_of_the_same_kind_are_alike(seed: int) -> None:
    assert compare(row(seed), row(seed + 1000)).alike(rows=10)


@pytest.mark.parametrize("seed", range(10))
def test_a_row_that_is_a_fifth_slower_is_found(seed: int) -> None:
    assert not compare(row(seed, slower=1.2), row(seed + 1000)).alike(rows=10)


def test_a_few_answers_that_took_for_ever_do_not_decide() -> None:
    quiet, disturbed = row(1), [*row(2)[:-5], *[1e6] * 5]

    assert compare(quiet, disturbed).alike(rows=10)


def test_the_p_value_is_that_of_the_books() -> None:
    """Hollander and Wolfe's permeability constants have no ties; U = 35 of n = 10, m = 5, by the normal law."""
    first = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    second = [1.15, 0.88, 0.90, 0.74, 1.21]

    assert rank_test(first, second) == pytest.approx(0.2207, abs=0.0005)


def test_rows_of_equal_values_tell_nothing() -> None:
    assert compare([1.0] * 20, [1.0] * 20) == Compared(1.0, 1.0)
