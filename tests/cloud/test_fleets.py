"""The short forms of `make soak SOAK="publications lines"`: many screens at real processes on real servers."""

from pathlib import Path

import pytest

from tests.soak import lines, publications

SEED = 20261126
NEVER_S = 3600.0


def test_what_is_published_while_a_process_or_redis_goes_reaches_every_screen(
    postgres_database: str, tmp_path: Path
) -> None:
    told = publications.run(tmp_path, postgres_database, publications.Size(50, 2, 2, ("killed", "flushed")), SEED)

    assert told.late == []
    assert told.went_back == 0
    assert told.lines_lost > 0  # or nobody was at the process that was killed


@pytest.mark.parametrize(
    ("module", "patience_s", "reached"),
    [("cloud", 120.0, True), ("tests.soak.deaf", 6.0, False)],
    ids=["cloud", "twin"],
)
def test_who_missed_a_word_is_told_without_waiting_for_the_next_poll(
    module: str, patience_s: float, reached: bool, postgres_database: str, tmp_path: Path
) -> None:
    """The broken twin believes that it missed nothing."""
    size = publications.Size(30, 2, 1, ("both",), poll_s=NEVER_S, patience_s=patience_s)

    told = publications.run(tmp_path, postgres_database, size, SEED, module=module)

    assert told.reached is reached


def test_who_speaks_is_online_and_who_is_silent_is_not_whatever_becomes_of_the_lines(
    postgres_database: str, empty_redis: str, tmp_path: Path
) -> None:
    size = lines.Size(200, 30, silence_s=4.0, beat_s=0.8, patience_s=120.0)

    told = lines.run(tmp_path, postgres_database, empty_redis, size, SEED)

    assert told.wrong == []
    assert told.kept == 0
    assert told.away == 0
    assert set(told.statuses) <= {101, 200, 304}
    assert told.looks > 0


def test_a_cloud_that_counts_screens_and_not_lines_is_found_out(
    postgres_database: str, empty_redis: str, tmp_path: Path
) -> None:
    """The broken twin."""
    size = lines.Size(60, 40, silence_s=3.0, beat_s=0.6, patience_s=12.0)

    told = lines.run(tmp_path, postgres_database, empty_redis, size, SEED, module="counts_screens")

    assert told.wrong != []
    assert told.kept > 0
