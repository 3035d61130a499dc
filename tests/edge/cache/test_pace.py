from edge.cache.pace import Pace


def test_a_slow_line_is_not_an_endless_one() -> None:
    pace = Pace(since=0.0)

    assert not any(pace.is_too_slow(1100, at) for at in range(1, 200))


def test_a_byte_now_and_then_is_given_up_after_a_minute() -> None:
    pace = Pace(since=0.0)

    verdicts = [pace.is_too_slow(1, at) for at in range(10, 70, 10)]

    assert verdicts == [False] * 5 + [True]
