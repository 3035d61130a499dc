"""A thousand screens: every page still comes whole, and light enough for a phone."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.web.static_files import FOLDER
from tests.cloud.house import House, public_key

SCREENS = 1000
MOST_BYTES = 100_000
MOST_SCHEDULE_BYTES = 300_000


@pytest.fixture
def fleet(house: House) -> Any:
    """Somebody with a thousand screens."""
    person = house.register()

    def work(unit: Unit) -> None:
        key = public_key()
        for number in range(SCREENS):
            unit.create(
                tables.devices, nickname=f"Screen {number}", device_identifier=f"d{number}", public_key=key, power=[],
                paired_at=unit.now, model="Raspberry Pi 5", resolution="1920x1080",
            )  # fmt: skip

    house.do(person.organization_id, work)
    house.schedule(person, house.stock(person, "Menu"))
    return person


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/screens", MOST_BYTES),
        ("/publish", MOST_BYTES),
        ("/schedules/new", MOST_SCHEDULE_BYTES),
        ("/pair", MOST_BYTES),
    ],
)
def test_a_page_shows_all_of_them_and_stays_light(fleet: Any, path: str, most: int) -> None:
    answer = fleet.get(path)

    assert answer.status_code == 200
    assert all(f"Screen {number}<" in answer.text for number in (0, 499, 999))
    ours = sum(len(gzip.compress(Path(file).read_bytes())) for file in FOLDER.iterdir())
    weight = len(gzip.compress(answer.content)) + ours
    assert weight <= most, f"{weight} bytes compressed"
