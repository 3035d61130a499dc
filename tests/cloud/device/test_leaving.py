from sqlalchemy import select

from cloud.db import tables
from tests.cloud.house import House
from tests.fakes.clock import FakeClock


def test_a_screen_that_was_just_added_takes_itself_back(house: House, clock: FakeClock) -> None:
    admin, other = house.register(), house.register("Other")
    screen, theirs = house.pair(admin), house.pair(other)
    clock.pass_time(600)

    answer = screen.client.delete("/api/device")

    assert answer.status_code == 204
    assert admin.get(f"/api/devices/{screen.id}").status_code == 404
    assert screen.get("/api/device/manifest").status_code == 401
    assert screen.client.delete("/api/device").status_code == 401
    assert theirs.get("/api/device/manifest").status_code == 200
    written = house.do(
        admin.organization_id,
        lambda unit: unit.rows(select(tables.audit_logs).where(tables.audit_logs.c.action == "device.leave")),
    )
    assert [(row["entity_id"], row["user_id"]) for row in written] == [(screen.id, None)]


def test_a_screen_that_belongs_somewhere_for_longer_stays(house: House, clock: FakeClock) -> None:
    admin = house.register()
    screen = house.pair(admin)
    clock.pass_time(601)

    answer = screen.client.delete("/api/device")

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT_001")
    assert screen.get("/api/device/manifest").status_code == 200
