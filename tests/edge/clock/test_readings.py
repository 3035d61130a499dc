from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.clock.readings import ClockReadings, is_synchronised, read_confirmation, read_floor
from edge.paths import DevicePaths
from tests.fakes.clock import FakeClock
from vizora.schedule.model import ClockTrust

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path: Path) -> DevicePaths:
    made = DevicePaths(state=tmp_path / "state", run=tmp_path / "run")
    made.cache.mkdir(parents=True)
    made.run.mkdir()
    return made


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"floor":"yesterday"}', '{"floor":"2026-12-01T12:00:00"}', "\x00" * 9]
)
def test_a_damaged_floor_is_no_floor(tmp_path: Path, text: str) -> None:
    (tmp_path / "floor").write_text(text)

    assert read_floor(tmp_path / "floor") is None
    assert read_floor(tmp_path / "missing") is None


def test_floor_and_confirmation_are_read_in_utc(tmp_path: Path) -> None:
    (tmp_path / "floor").write_text('{"floor":"2026-12-01T13:00:00+01:00"}')
    (tmp_path / "clock").write_text('{"confirmedAt":"2026-12-01T12:00:00Z","monotonic":7.5}')

    assert read_floor(tmp_path / "floor") == NOON
    confirmation = read_confirmation(tmp_path / "clock")
    assert confirmation is not None
    assert (confirmation.confirmed_at, confirmation.monotonic) == (NOON, 7.5)
    assert read_confirmation(tmp_path / "missing") is None


def test_a_clock_at_1970_is_untrusted_with_nothing_known(paths: DevicePaths) -> None:
    clock = FakeClock(wall=datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC))

    assert ClockReadings(clock, paths).trust() is ClockTrust.UNTRUSTED


def test_a_clock_before_the_saved_floor_or_the_manifests_issue_is_untrusted(paths: DevicePaths) -> None:
    readings = ClockReadings(FakeClock(wall=NOON), paths)

    assert readings.trust(NOON) is not ClockTrust.UNTRUSTED
    assert readings.trust(NOON + timedelta(seconds=1)) is ClockTrust.UNTRUSTED
    paths.clock_floor.write_text('{"floor":"2026-12-02T00:00:00Z"}')
    assert readings.trust(NOON) is ClockTrust.UNTRUSTED


def test_the_clouds_confirmation_makes_the_clock_trusted(paths: DevicePaths) -> None:
    paths.clock_confirmation.write_text('{"confirmedAt":"2026-12-01T11:59:00Z","monotonic":940.0}')

    assert ClockReadings(FakeClock(wall=NOON), paths).trust(NOON) is ClockTrust.TRUSTED


def test_timesyncds_mark_means_synchronised(tmp_path: Path) -> None:
    (tmp_path / "synchronized").touch()

    assert is_synchronised(NOON, mark=tmp_path / "synchronized")


@pytest.mark.parametrize(("hctosys", "offset"), [("0", 0), ("1", -86400)])
def test_an_rtc_without_a_battery_confirms_nothing(tmp_path: Path, hctosys: str, offset: int) -> None:
    live = _rtc(tmp_path / "live", "1", 0)
    dead = _rtc(tmp_path / "dead", hctosys, offset)
    nothing = tmp_path / "nothing"

    assert is_synchronised(NOON, mark=nothing, rtc=live)
    # The kernel of the machine that runs the test may be synchronised itself; then the RTC has no say.
    assert is_synchronised(NOON, mark=nothing, rtc=dead) == is_synchronised(NOON, mark=nothing, rtc=nothing)


def _rtc(folder: Path, hctosys: str, offset: int) -> Path:
    folder.mkdir()
    (folder / "hctosys").write_text(hctosys + "\n")
    (folder / "since_epoch").write_text(f"{int(NOON.timestamp()) + offset}\n")
    return folder
