from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cloud.analytics.recording import record
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.jobs import rows as jobs
from cloud.sso import journey
from cloud.sso.journey import Plan, SignIn
from cloud.tidying import KEPT, tidy
from cloud.wire import instant
from tests.cloud.analytics.plays import play_row
from tests.cloud.house import PASSWORD, House


def counts(unit: Unit) -> dict[str, int]:
    return {
        name: unit.connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in tables.metadata.tables.items()
    }


def live_in(house: House) -> None:
    """A little of everything, as a day brings it."""
    admin = house.register()
    screen = house.pair(admin)
    house.ask_to_pair()
    admin.post("/api/devices/pairing-codes", {})
    admin.post(f"/api/devices/{screen.id}/commands", {"type": "identify"})
    admin.post("/api/playlists", {"name": "x", "items": []}, **{"Idempotency-Key": "k"})
    admin.post("/api/users/invitations", {"email": "bob@acme.example", "role": "viewer"})
    house.client.post("/api/auth/password-reset", json={"email": admin.email})
    house.client.post("/api/auth/login", json={"email": admin.email, "password": f"not {PASSWORD}"})
    later = {"expiresAt": instant(house.clock.now() + timedelta(hours=1))}
    admin.post("/api/devices/enrolment-tokens", {"name": "Fleet", "maxUses": 1, **later})
    screen.post("/api/device/logs", {"lines": [{"at": instant(house.clock.now()), "message": "hello"}]})
    house.do(admin.organization_id, lambda unit: journey.remember(unit, journey.depart(), Plan(SignIn())))
    house.do(admin.organization_id, lambda unit: record(unit, [play_row()], outbox=False))
    stretch = {"device_id": screen.id, "started_at": house.clock.now(), "ended_at": house.clock.now()}
    house.do(admin.organization_id, lambda unit: unit.insert(tables.online_stretches, **stretch))
    house.do(admin.organization_id, lambda unit: jobs.add(unit, "of no kind", "s"))
    given_up = tables.jobs.update().where(tables.jobs.c.subject == "s").values(given_up_at=house.clock.now())
    house.do("-", lambda unit: unit.connection.execute(given_up))


def test_nothing_that_is_still_good_is_deleted(house: House) -> None:
    live_in(house)
    before = house.do("-", counts)

    assert set(house.do("-", tidy).values()) == {0}
    assert house.do("-", counts) == before


@pytest.mark.parametrize("column", KEPT, ids=str)
def test_what_has_had_its_time_goes(house: House, column: object) -> None:
    live_in(house)
    at = next(at for at in KEPT if at is column)
    table = at.table.name
    assert house.do("-", counts)[table] > 0, "the test makes one"

    house.clock.pass_time(timedelta(days=900).total_seconds())

    assert house.do("-", tidy)[table] > 0
    assert house.do("-", lambda unit: unit.rows(select(at).where(at.is_not(None)))) == []


def test_what_was_played_and_done_is_kept_for_ever(house: House) -> None:
    live_in(house)
    house.clock.pass_time(timedelta(days=9000).total_seconds())
    kept = ("plays", "play_hours", "audit_logs", "users", "devices", "organizations", "playlists")
    before = house.do("-", counts)

    house.do("-", tidy)

    after = house.do("-", counts)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert all(before[name] for name in kept)
