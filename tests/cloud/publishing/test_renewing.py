import asyncio
import threading

from sqlalchemy import delete, update

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.problems import Problem
from cloud.publishing import renewing
from cloud.publishing.renewing import Renewing
from tests.cloud.house import House, Screen
from vizora.identifiers import DeviceId, OrganizationId

PATIENCE_S = 60.0


def test_screens_that_ask_at_the_same_time_are_served_by_few_transactions(house: House) -> None:
    """Whoever asks while one is under way waits for the next, which is then one for all of them."""
    admin = house.register()
    screens = [house.pair(admin) for _ in range(5)]
    organization = OrganizationId(admin.organization_id)
    house.schedule(admin, house.stock(admin, "one"))
    written: list[int] = []
    under_way, may_end = threading.Event(), threading.Event()
    renew = renewing._renew

    async def ask() -> list[int]:
        def asking(screen: Screen) -> "asyncio.Task[Row]":
            return asyncio.create_task(house.cloud.part(Renewing).renew(organization, DeviceId(screen.id)))

        first = asking(screens[0])
        await asyncio.to_thread(under_way.wait, PATIENCE_S)
        others = [asking(screen) for screen in screens for _ in range(4)]
        await asyncio.sleep(0)  # each of them has asked
        may_end.set()
        return [row["version"] for row in await asyncio.gather(first, *others)]

    def counting(unit: Unit, screens: set[DeviceId]) -> dict[DeviceId, Row]:
        written.append(len(screens))
        under_way.set()
        assert may_end.wait(PATIENCE_S)
        return renew(unit, screens)

    renewing._renew = counting
    try:
        versions = house.on_loop(ask)
    finally:
        renewing._renew = renew

    assert len(set(versions)) == 1
    assert written == [1, 5]
    assert [len(screen.manifest().schedules) for screen in screens] == [1] * 5


def test_a_screen_that_is_gone_does_not_take_the_others_along(house: House) -> None:
    admin = house.register()
    here, gone = house.pair(admin), house.pair(admin)
    organization = OrganizationId(admin.organization_id)
    house.do(
        organization, lambda unit: unit.connection.execute(delete(tables.devices).where(tables.devices.c.id == gone.id))
    )

    async def ask() -> tuple[object, object]:
        renew = house.cloud.part(Renewing).renew
        asked = (renew(organization, DeviceId(screen.id)) for screen in (here, gone))
        first, second = await asyncio.gather(*asked, return_exceptions=True)
        return first, second

    row, fault = house.on_loop(ask)

    assert isinstance(row, dict)
    assert row["version"] == 1
    assert isinstance(fault, Problem)
    assert fault.status == 401


def test_a_screen_whose_manifest_can_not_be_built_is_told_so(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    schedule = house.schedule(admin, house.stock(admin, "one"))
    schedules = tables.schedules
    house.do(
        admin.organization_id,
        lambda unit: unit.connection.execute(
            update(schedules).where(schedules.c.id == schedule).values(time_zone="Mars/Olympus")
        ),
    )

    assert screen.get("/api/device/manifest").status_code == 500
