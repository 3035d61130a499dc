import re
import struct
import zoneinfo
from datetime import UTC, datetime
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from tests.vizora.manifests import utc
from vizora.schedule.instants import DAY, HOUR, SECOND, micros
from vizora.schedule.zones import _STEP, Span, UnknownZone, offset_at, spans, wall_clock, zone, zone_names

BERLIN = "Europe/Berlin"


def test_a_name_is_a_zone() -> None:
    assert utc(2026, 7, 1).astimezone(zone(BERLIN)).isoformat() == "2026-07-01T02:00:00+02:00"
    assert zone(BERLIN) is zone(BERLIN)


def test_every_name_the_pinned_data_knows_can_be_read() -> None:
    assert len(zone_names()) > 500
    for name in zone_names():
        assert zone(name).key == name


def test_the_machines_zones_are_never_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Even with a machine that says Berlin lies in Kathmandu."""
    with resources.files("tzdata.zoneinfo.Asia").joinpath("Kathmandu").open("rb") as file:
        (tmp_path / "Europe").mkdir()
        (tmp_path / "Europe" / "Berlin").write_bytes(file.read())
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))
    zone.cache_clear()

    assert offset_at(zone(BERLIN), micros(utc(2026, 7, 1))) == 2 * HOUR


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Europe/Berln", r"'Europe/Berln' is not known; did you mean Europe/Berlin"),
        ("", "a name such as Europe/Berlin is allowed"),
        ("../../etc/passwd", "is not known"),
        ("Europe", "is not known"),
        ("europe/berlin", "is not known"),
        ("x" * 10_000, "is not known"),
    ],
)
def test_an_unknown_name_is_refused_with_names_like_it(name: str, told: str) -> None:
    with pytest.raises(UnknownZone, match=told) as caught:
        zone(name)
    assert caught.value.code == "SCHEDULE_002"
    assert len(str(caught.value)) < 300


def test_spans_cover_the_stretch_without_a_gap() -> None:
    start, end = micros(utc(2026, 1, 1)), micros(utc(2027, 1, 1))

    assert spans(zone(BERLIN), start, end) == (
        Span(start, micros(utc(2026, 3, 29, 1)), HOUR),
        Span(micros(utc(2026, 3, 29, 1)), micros(utc(2026, 10, 25, 1)), 2 * HOUR),
        Span(micros(utc(2026, 10, 25, 1)), end, HOUR),
    )


@pytest.mark.parametrize("name", ["Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "America/Sao_Paulo"])
def test_looking_every_five_days_finds_what_looking_every_hour_finds(name: str) -> None:
    where, start, end = zone(name), micros(utc(2012, 1, 1)), micros(utc(2013, 1, 1))
    hours = range(start, end, HOUR)
    offsets = [offset_at(where, at) for at in hours]
    changed = [at for at, (before, after) in zip(hours[1:], pairwise(offsets), strict=True) if before != after]
    found = [span.start for span in spans(where, start, end)[1:]]

    assert [-(-change // HOUR) * HOUR for change in found] == changed


def test_no_zone_changes_twice_within_the_step() -> None:
    """The transitions of every zone, read from the pinned files (RFC 9636 section 3): what the step relies on."""
    for name in zone_names():
        data = resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()
        isut, isstd, leap, times, types, chars = struct.unpack(">6l", data[20:44])
        second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
        count = struct.unpack(">l", data[second + 32 : second + 36])[0]
        changes = struct.unpack(f">{count}q", data[second + 44 : second + 44 + 8 * count])
        close = [one for one, other in pairwise(changes) if one > 0 and (other - one) * SECOND <= _STEP]
        assert not close, name


def test_a_day_that_was_skipped_is_a_jump_of_the_wall_clock() -> None:
    jump = spans(zone("Pacific/Apia"), micros(utc(2011, 12, 30)), micros(utc(2011, 12, 31)))

    assert [span.offset // HOUR for span in jump] == [-10, 14]


def test_a_change_is_found_to_the_second() -> None:
    where = zone("Africa/Monrovia")
    change = spans(where, micros(utc(1972, 1, 1)), micros(utc(1972, 2, 1)))[1]

    assert change.start == micros(utc(1972, 1, 7, 0, 44, 30))
    assert offset_at(where, change.start - SECOND) == -(44 * 60 + 30) * SECOND


def test_at_the_calendars_ends_the_nearest_known_offset_holds() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

    assert offset_at(zone("Asia/Tokyo"), micros(last) + 9 * DAY) == 9 * HOUR
    assert abs(offset_at(zone("Asia/Tokyo"), micros(first) - 9 * DAY)) < 10 * HOUR
    assert wall_clock(last, zone("Asia/Tokyo")) == last


def test_one_place_alone_reads_zones() -> None:
    """The banned-api rule of ruff has its one exception in `zones.py`."""
    root = Path(__file__).parents[3]
    reading = re.compile(r"^(from zoneinfo|import zoneinfo)", re.MULTILINE)
    found = [
        path.relative_to(root).as_posix()
        for room in ("vizora", "edge", "cloud")
        for path in (root / room).rglob("*.py")
        if reading.search(path.read_text())
    ]

    assert found == ["vizora/schedule/zones.py"]
