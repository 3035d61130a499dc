"""The short form of `make soak SOAK=plays`."""

from pathlib import Path

from tests.soak import plays
from tests.soak.plays import Size

SEED = 20261126


def test_every_play_is_counted_once_over_a_bad_line_by_a_cloud_that_keeps_dying(
    tmp_path: Path, clickhouse_url: str
) -> None:
    told = plays.run(tmp_path / "var", Size(6_000, 8, 4), SEED, clickhouse_url=clickhouse_url)

    assert told.refused == []
    assert told.counted["embedded"] == told.played
    assert told.counted["clickhouse"] == told.played
    assert told.kills == 4
    assert told.delivered > 6_000 * 1.2  # or nothing was lost and repeated


def test_a_cloud_that_counts_reports_would_be_found_out(tmp_path: Path) -> None:
    """The broken twin."""
    told = plays.run(tmp_path / "var", Size(2_000, 4, 0), SEED, module="tests.soak.counts_reports")

    assert not told.exact
    assert sum(plays for plays, _ in told.counted["embedded"]["content"].values()) > 2_000
