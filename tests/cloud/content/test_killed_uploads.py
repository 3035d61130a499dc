"""The short form of `make soak SOAK=uploads`."""

from pathlib import Path

from tests.soak import uploads

SEED = 20261126


def test_every_acknowledged_upload_survives_kills_at_random_instants(tmp_path: Path) -> None:
    told = uploads.run(tmp_path / "var", 15, SEED)

    assert told.refused == []
    assert told.lost == []
    assert told.torn == []
    assert told.kills == 15
    assert set(told.acknowledged) == set(uploads.WAYS)
    assert sum(told.broken_off.values()) > 0  # or no upload was under way when it was killed


def test_a_cloud_that_answers_before_a_file_is_kept_would_be_found_out(tmp_path: Path) -> None:
    """The broken twin."""
    told = uploads.run(tmp_path / "var", 6, SEED, module="tests.soak.answers_early", look_every=1)

    assert not told.kept


def test_every_acknowledged_upload_survives_when_postgresql_and_the_s3_store_are_killed(tmp_path: Path) -> None:
    told = uploads.run_on_servers(tmp_path / "var", 2, SEED)

    assert told.refused == []
    assert told.lost == []
    assert told.torn == []
    assert told.kills == 2
    assert sum(told.acknowledged.values()) > 0
    assert sum(told.broken_off.values()) > 0


def test_a_database_that_acknowledges_what_only_its_memory_has_would_be_found_out(tmp_path: Path) -> None:
    """The broken twin: `synchronous_commit = off`."""
    told = uploads.run_on_servers(tmp_path / "var", 2, SEED, settings=uploads.FORGETFUL)

    assert not told.kept
