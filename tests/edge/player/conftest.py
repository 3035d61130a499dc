from pathlib import Path

import pytest

from tests.edge.player.pieces import Media
from tests.edge.player.rig import Library
from tests.fakes import marker_clips


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    """Marker clips by id: 1 lasts two seconds, 2 and 5 one second, 8 four."""
    folder = tmp_path_factory.mktemp("clips")
    lengths = {1: 2.0, 2: 1.0, 5: 1.0, 8: 4.0}
    return {n: marker_clips.clip(folder / f"{n}.mp4", n, length).read_bytes() for n, length in lengths.items()}


@pytest.fixture(scope="session")
def stills(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    folder = tmp_path_factory.mktemp("stills")
    return {n: marker_clips.still(folder / f"{n}.png", n).read_bytes() for n in (3, 4, 6)}


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Media:
    return Media.made(tmp_path_factory.mktemp("pieces"))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)
