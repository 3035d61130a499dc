from hypothesis import given
from hypothesis import strategies as st

from edge.backoff import delay_s


def test_it_doubles_up_to_a_minute() -> None:
    assert [delay_s(n, 0.5) for n in (1, 2, 3, 7, 100)] == [0.75, 1.5, 3.0, 45.0, 45.0]


@given(failures=st.integers(0, 10**6), jitter=st.floats(0, 1, exclude_max=True))
def test_it_is_never_nothing_and_never_long(failures: int, jitter: float) -> None:
    assert 0.5 <= delay_s(failures, jitter) <= 60
