"""What a day writes to the card, as the steps of a third of an hour say."""

from pathlib import Path

import pytest

from edge.config import DEFAULTS
from tests.powercut.steps import record
from tests.powercut.wear import bytes_a_day

MB = 1_000_000
SLOW, USUAL = "60000", DEFAULTS["VIZORA_PLAYS_SYNC_MS"]


@pytest.mark.parametrize(
    ("arguments", "most"), [([USUAL, "plays"], 200 * MB), ([SLOW, "plays"], 45 * MB), ([USUAL], 5 * MB)]
)
def test_a_day_writes_no_more_than_this(tmp_path: Path, arguments: list[str], most: int) -> None:
    """8,640 plays as it comes, with the setting that spares the card, and a day on which nothing changes."""
    assert bytes_a_day(record("tests.powercut.wear", arguments, tmp_path / "lab")) <= most


def test_a_cache_that_commits_every_five_seconds_would_be_found(tmp_path: Path) -> None:
    """The broken twin."""
    assert bytes_a_day(record("tests.powercut.wear", [SLOW, "eager"], tmp_path / "lab")) > 200 * MB
