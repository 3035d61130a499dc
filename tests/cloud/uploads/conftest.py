import pytest

from tests.cloud.content.studio import Studio
from tests.cloud.house import House
from tests.cloud.uploads.sender import Sender


@pytest.fixture
def studio(house: House) -> Studio:
    return Studio(house, house.register())


@pytest.fixture
def sender(studio: Studio) -> Sender:
    return Sender(studio.person.client)
