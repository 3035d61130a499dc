"""Files nobody here made: pictures and documents of the packages this machine happens to have."""

from itertools import islice
from pathlib import Path

import pytest

from cloud.content.faults import DamagedFile, UnsupportedType
from cloud.content.media_type import HEAD_BYTES, media_type
from cloud.content.privacy.cleaning import without_private_data
from cloud.content.probe.prober import Prober

ENDINGS = (".png", ".gif", ".jpg", ".jpeg", ".webp", ".pdf", ".mp4", ".webm")
EACH = 4


def found() -> list[Path]:
    """Some of each kind, the same ones in every run."""
    everything = sorted(path for path in Path("/usr/share").rglob("*") if path.suffix.lower() in ENDINGS)
    some: list[Path] = []
    for ending in ENDINGS:
        some += islice((path for path in everything if path.suffix.lower() == ending and path.is_file()), EACH)
    return some


@pytest.mark.parametrize(
    "path", found() or [pytest.param(Path(), marks=pytest.mark.skip(reason="there are none"))], ids=str
)
def test_a_real_file_is_taken_and_cleaning_it_changes_nothing_that_is_seen(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    try:
        kind = media_type(data[:HEAD_BYTES])
    except UnsupportedType:
        pytest.skip("it is not what its name says")

    try:
        probed = Prober().probe(path, kind)
    except DamagedFile as fault:
        if "protected by a password" not in str(fault):
            raise
        return

    pieces = without_private_data(memoryview(data), kind)
    if pieces is not None:
        cleaned = tmp_path / "cleaned"
        cleaned.write_bytes(b"".join(pieces))
        assert Prober().probe(cleaned, kind) == probed
