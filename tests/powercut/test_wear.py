"""What a day writes to the card, as the steps of a third of an hour say."""

from pathlib import Path

import pytest

from edge.config import DEFAULTS
from tests.powercut.steps import record
from tests.powercut.wear import bytes_a_day

MB = 1_000_000
QUICK, USUAL, SLOW = "10000", DEFAULTS["VIZORA_PLAYS_SYNC_MS"], "60000"


@pytest.mark.parametrize(
    ("arguments", "most"), [([USUAL, "plays"], 30 * MB), ([QUICK, "plays"], 60 * MB), ([USUAL], 1 * MB)]
)
def test_a_day_writes_no_more_than_this(tmp_path: Path, arguments: list[str], most: int) -> None:
    """8,640 plays as it comes, with a setting that makes each durable sooner, and a day on which nothing changes."""
    assert bytes_a_day(record("tests.powercut.wear", arguments, tmp_path / "lab")) <= most


@pytest.mark.parametrize("twin", ["appending", "eager"])
def test_a_player_that_appends_and_a_cache_that_commits_every_five_seconds_would_be_found(
    tmp_path: Path, twin: str
) -> None:
    """The broken twins."""
    assert bytes_a_day(record("tests.powercut.wear", [SLOW, "plays", twin], tmp_path / "lab")) > 30 * MB
