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
