import pytest

from tests.cloud.content.studio import Studio
from tests.cloud.house import House


@pytest.fixture
def studio(house: House) -> Studio:
    return Studio(house, house.register())
