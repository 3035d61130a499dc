"""The language nobody speaks, for tests of what pages say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.web.catalogs import Catalogs
from cloud.web.speech import Speech, speaking
from tests.fakes.pseudo_words import CODE, make


@pytest.fixture(scope="session")
def nobodys(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    return Catalogs(make(Path(tmp_path_factory.mktemp("words")))).speech(CODE)


@pytest.fixture
def pseudo(nobodys: Speech) -> Iterator[None]:
    """It is spoken for as long as the test takes."""
    token = speaking.set(nobodys)
    yield
    speaking.reset(token)
