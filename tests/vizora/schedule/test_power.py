from datetime import UTC, datetime

import pytest

from vizora.manifest.model import PowerWindow
from vizora.schedule.model import ClockTrust
from vizora.schedule.power import PowerPlan

WEEKDAYS = (1, 2, 3, 4, 5)
TRUSTED = ClockTrust.TRUSTED


def is_on(at: str, *windows: PowerWindow, zone: str = "Europe/Berlin", clock: ClockTrust = TRUSTED) -> bool:
    return PowerPlan(windows, zone).is_on(datetime.fromisoformat(at).replace(tzinfo=UTC), clock)


OFFICE = PowerWindow(days=WEEKDAYS, on="07:00", off="22:00")
LATE = PowerWindow(days=(6,), on="18:00", off="02:00")


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-11-23T05:59:59", False),  # Monday, 6:59:59 in Berlin
        ("2026-11-23T06:00:00", True),
        ("2026-11-23T20:59:59", True),
        ("2026-11-23T21:00:00", False),
        ("2026-11-28T12:00:00", False),  # Saturday
        ("2026-11-28T17:00:00", True),
        ("2026-11-29T00:59:59", True),  # past midnight it belongs to Saturday
        ("2026-11-29T01:00:00", False),
        ("2026-11-29T18:00:00", False),  # Sunday
    ],
)
def test_windows_of_the_wall_clock_say_when_it_is_on(at: str, on: bool) -> None:
    assert is_on(at, OFFICE, LATE) is on


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-03-29T00:30:00", True),  # 1:30, then the clock skips to 3:00
        ("2026-03-29T01:00:00", False),
        ("2026-10-25T00:29:59", True),  # 2:29 for the first time
        ("2026-10-25T00:30:00", False),
        ("2026-10-25T01:15:00", True),  # and 2:15 once more
        ("2026-10-25T01:30:00", False),
    ],
)
def test_a_night_in_which_the_clocks_change_goes_by_the_wall_clock(at: str, on: bool) -> None:
    assert is_on(at, PowerWindow(days=(7,), on="01:00", off="02:30")) is on


def test_equal_times_are_a_whole_day() -> None:
    window = PowerWindow(days=(1,), on="07:00", off="07:00")

    assert is_on("2026-11-24T05:59:59", window)
    assert not is_on("2026-11-24T06:00:00", window)


def test_without_windows_it_is_always_on() -> None:
    assert is_on("2026-11-23T03:00:00")


@pytest.mark.parametrize(
    ("window", "zone"),
    [
        (PowerWindow(days=(1,), on="7 o'clock", off="22:00"), "UTC"),
        (PowerWindow(days=(), on="07:00", off="22:00"), "UTC"),
        (OFFICE, "Europe/Atlantis"),
    ],
)
def test_what_cannot_be_read_leaves_it_on(window: PowerWindow, zone: str) -> None:
    assert is_on("2026-11-23T03:00:00", window, zone=zone)


def test_a_clock_that_is_not_to_be_trusted_switches_nothing_off() -> None:
    assert not is_on("2026-11-23T03:00:00", OFFICE, clock=ClockTrust.FLOOR)
    assert is_on("2026-11-23T03:00:00", OFFICE, clock=ClockTrust.UNTRUSTED)
