"""The short form of `make soak SOAK=restarts`."""

from pathlib import Path

from cloud.servers import S3Address
from tests.soak import restarts

SEED = 20261126


def test_restarts_under_load_lose_nothing_that_was_answered_and_send_screens_elsewhere(
    postgres_database: str, empty_redis: str, s3_address: S3Address, tmp_path: Path
) -> None:
    told = restarts.run(tmp_path, postgres_database, empty_redis, s3_address, restarts.Size(50, 2, 2), SEED)

    assert told.lost == []
    assert told.refused == []
    assert told.away == 0
    assert told.codes[1012] > 0
    assert told.codes[0] == 0
    assert dict(told.statuses) == {0: 2}


def test_a_cloud_that_answers_early_and_ends_at_once_is_found_out(
    postgres_database: str, empty_redis: str, s3_address: S3Address, tmp_path: Path
) -> None:
    """The broken twin."""
    size, twin = restarts.Size(20, 2, 1), "tests.soak.ends_at_once"

    told = restarts.run(tmp_path, postgres_database, empty_redis, s3_address, size, SEED, module=twin)

    assert told.lost != []
    assert told.codes[0] > 0
