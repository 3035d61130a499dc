"""The short form of `make soak SOAK=office-day`. How long an answer takes is asserted nowhere."""

from pathlib import Path

from tests.soak import office_day

SEED = 20261126


def test_an_office_day_has_no_errors_and_takes_no_more_memory_at_its_end(
    postgres_database: str, empty_redis: str, tmp_path: Path
) -> None:
    size = office_day.Size(100, 300, before=150, a_second=100.0, at_once=8, beat_s=1.0)

    told = office_day.run(tmp_path, postgres_database, empty_redis, size, SEED)

    assert told.errors == []
    assert set(told.screens) <= {101, 200, 304}
    assert told.grown_mib <= office_day.GROWTH_MIB


def test_a_cloud_that_keeps_something_of_every_request_is_found_out(
    postgres_database: str, empty_redis: str, tmp_path: Path
) -> None:
    """The broken twin."""
    size, twin = office_day.Size(10, 150, before=50, a_second=100.0, at_once=8), "tests.soak.hoards"

    told = office_day.run(tmp_path, postgres_database, empty_redis, size, SEED, module=twin)

    assert told.grown_mib > office_day.GROWTH_MIB
