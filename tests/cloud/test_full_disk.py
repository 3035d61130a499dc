"""A disk without room: SQLite is told that its file may not grow, which is the same error."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from cloud.config import CloudConfig
from cloud.db import tables
from tests.cloud.device.test_plays import play
from tests.cloud.house import House


@pytest.fixture
def config(tmp_path: Path) -> CloudConfig:
    """Always embedded: the limit is SQLite's own."""
    return CloudConfig(data_dir=tmp_path / "var", long_poll_s=0.05)


def set_room(house: House, pages: int) -> None:
    """How far the file may grow beyond what it is."""

    def work() -> None:
        with house.cloud.database.write() as connection:
            now = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
            connection.exec_driver_sql(f"PRAGMA max_page_count = {now + pages}")

    work()


def test_what_can_not_be_kept_is_not_acknowledged_and_comes_again(house: House) -> None:
    screen = house.pair(house.register())
    reports = [[play(n, itemId=f"{n:036}") for n in range(k * 400, (k + 1) * 400)] for k in range(3)]
    set_room(house, 0)
    full = [screen.post("/api/device/plays", {"events": events}) for events in reports]
    kept = house.do("any", lambda unit: unit.connection.scalar(select(func.count()).select_from(tables.plays)))
    set_room(house, 100_000)
    again = [screen.post("/api/device/plays", {"events": events}).status_code for events in reports]
    count = house.do("any", lambda unit: unit.connection.scalar(select(func.count()).select_from(tables.plays)))

    assert full[-1].status_code == 503
    assert (full[-1].json()["code"], full[-1].headers["Retry-After"]) == ("SERVER_002", "10")
    assert kept == 400 * [answer.status_code for answer in full].count(200)
    assert again == [200, 200, 200]
    assert count == 1200


def test_reading_goes_on_while_nothing_can_be_written(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    screen.manifest()
    set_room(house, 0)

    assert admin.get("/api/devices").status_code == 200
    assert screen.get("/api/device/manifest").status_code == 200
