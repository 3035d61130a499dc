from hypothesis import given
from hypothesis import strategies as st

from vizora.schedule.shuffle import permutation


@given(st.integers(0, 200), st.integers(-(2**53), 2**53), st.integers(-(10**12), 10**12))
def test_every_place_comes_once(count: int, seed: int, cycle: int) -> None:
    assert sorted(permutation(count, seed, cycle)) == list(range(count))


def test_the_order_is_the_one_it_has_always_been() -> None:
    """Screens of different releases side by side must shuffle alike: these never change."""
    assert permutation(8, 7, 0) == [1, 4, 5, 2, 6, 0, 3, 7]
    assert permutation(8, 7, 1) == [0, 7, 3, 5, 4, 6, 2, 1]
    assert permutation(5, 0, 0) == [2, 3, 1, 4, 0]
    assert permutation(5, -1, -1) == [3, 2, 0, 1, 4]


def test_over_many_cycles_every_item_comes_first_about_equally_often() -> None:
    first = [permutation(4, 3, cycle)[0] for cycle in range(2_000)]

    assert all(400 < first.count(place) < 600 for place in range(4))
