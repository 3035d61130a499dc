import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.limits.classes import network
from cloud.limits.rates import MemoryRates, Rate

RATE = Rate(per_second=2, burst=5)


def wait(rates: MemoryRates, at: float, key: str = "a", rate: Rate = RATE) -> float:
    return asyncio.run(rates.wait(key, rate, at))


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    rates = MemoryRates()
    first = [wait(rates, 10.0) for _ in range(6)]

    assert first == [0, 0, 0, 0, 0, pytest.approx(0.5)]
    assert wait(rates, 10.49) > 0
    assert wait(rates, 10.5) == 0
    assert wait(rates, 10.5) > 0


def test_everybody_has_their_own() -> None:
    rates = MemoryRates()
    for _ in range(6):
        wait(rates, 0.0, "a")

    assert wait(rates, 0.0, "b") == 0


def test_who_keeps_trying_does_not_wait_longer() -> None:
    rates = MemoryRates()
    waits = [wait(rates, 0.0) for _ in range(50)]

    assert set(waits[5:]) == {waits[5]}


def test_what_is_long_over_is_forgotten() -> None:
    rates = MemoryRates(most=10)
    for number in range(10):
        wait(rates, 0.0, str(number))
    wait(rates, 100.0, "new")

    assert list(rates._due) == ["new"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_stretch_of_time_sees_more_than_its_burst_and_rate(pauses: list[float]) -> None:
    rates, at, taken = MemoryRates(), 0.0, list[float]()
    for pause in pauses:
        at += pause
        if wait(rates, at) == 0:
            taken.append(at)

    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= RATE.burst + (taken[last] - taken[first]) * RATE.per_second + 1e-6


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("testclient", "testclient"), ("", ""),
    ],
)  # fmt: skip
def test_addresses_of_one_line_count_together(ip: str, expected: str) -> None:
    assert network(ip) == expected
