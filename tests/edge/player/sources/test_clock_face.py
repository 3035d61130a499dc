from datetime import UTC, datetime

import pytest

from edge.player.sources.clock_face import reading, step_of
from vizora.manifest.model import ClockFace

AT = datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC)
"""Two seconds before Berlin's clocks go from two to three."""


@pytest.mark.parametrize(
    ("face", "says"),
    [
        (ClockFace(), "01:59"),
        (ClockFace(seconds=True), "01:59:58"),
        (ClockFace(time="12h"), "1:59 am"),
        (ClockFace(time="12h", time_zone="UTC"), "12:59 am"),
        (ClockFace(time="12h", time_zone="Asia/Tokyo"), "9:59 am"),
        (ClockFace(time="12h", time_zone="Asia/Kolkata"), "6:29 am"),
        (ClockFace(time="12h", time_zone="Pacific/Auckland"), "1:59 pm"),
        (ClockFace(date="ymd"), "01:59\n2026-03-29"),
        (ClockFace(date="dmy"), "01:59\n29.03.2026"),
        (ClockFace(date="dmy-slash"), "01:59\n29/03/2026"),
        (ClockFace(time="none", date="mdy", caption=" Here "), "03/29/2026\nHere"),
        (ClockFace(time="none"), "01:59"),
        (ClockFace(time="beats", date="stardate"), "01:59\n2026-03-29"),
        (ClockFace(time_zone="Mars/Olympus"), "00:59"),
    ],
)
def test_a_clock_says(face: ClockFace, says: str) -> None:
    assert reading(face, AT, "Europe/Berlin") == says


def test_an_hour_that_does_not_exist_is_not_shown() -> None:
    assert reading(ClockFace(), AT.replace(hour=1, minute=0, second=0), "Europe/Berlin") == "03:00"


def test_it_changes_as_often_as_it_says_something_else() -> None:
    assert step_of(ClockFace(seconds=True)) == 1
    assert step_of(ClockFace()) == 60
    assert step_of(ClockFace(time="none", date="ymd", seconds=True)) == 60
