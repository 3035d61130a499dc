from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from cloud.db import tables
from cloud.db.unit import Unit
from tests.cloud.house import House, Person
from tests.fakes.clock import FakeClock


def logs(person: Person, query: str = "") -> list[Any]:
    items: list[Any] = person.get(f"/api/audit-logs{query}").json()["items"]
    return items


def test_a_row_says_who_what_which_when_and_from_where(house: House, clock: FakeClock) -> None:
    admin = house.register()
    playlist = admin.post("/api/playlists", {"name": "One", "items": []}).json()["id"]
    row = logs(admin, "?action=playlist.create")[0]

    assert row.pop("id")
    assert row == {
        "userId": admin.id,
        "userEmail": admin.email,
        "apiTokenId": None,
        "action": "playlist.create",
        "entityType": "playlist",
        "entityId": playlist,
        "entityName": "One",
        "pageUrl": f"/playlists/{playlist}",
        "ipAddress": "testclient",
        "createdAt": "2026-11-22T09:00:00.000Z",
    }


def test_rows_are_found_by_what_who_and_when(house: House, clock: FakeClock) -> None:
    admin = house.register()
    manager = house.hire(admin, "manager")
    clock.pass_time(3600)
    manager.post("/api/playlists", {"name": "One", "items": []})

    assert [row["action"] for row in logs(admin, "?action=playlist.create")] == ["playlist.create"]
    assert [row["action"] for row in logs(admin, "?entityType=playlist")] == ["playlist.create"]
    by_manager = {row["action"] for row in logs(admin, f"?userId={manager.id}")}
    assert by_manager == {"session.begin", "playlist.create"}
    assert [row["action"] for row in logs(admin, "?from=2026-11-22T10:00:00Z")] == ["playlist.create"]
    assert "playlist.create" not in [row["action"] for row in logs(admin, "?to=2026-11-22T10:00:00Z")]
    assert admin.get("/api/audit-logs?from=yesterday").status_code == 400


def test_a_person_who_is_gone_is_still_named(house: House) -> None:
    admin = house.register()
    manager = house.hire(admin, "manager")
    manager.post("/api/playlists", {"name": "One", "items": []})
    admin.call("DELETE", f"/api/users/{manager.id}")

    assert logs(admin, "?action=playlist.create")[0]["userEmail"] == manager.email


def test_each_organization_sees_its_own(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    admin.post("/api/playlists", {"name": "One", "items": []})

    assert {row["action"] for row in logs(other)} == {"organization.create"}
    assert logs(other, f"?userId={admin.id}") == []


@pytest.mark.parametrize("statement", [update(tables.audit_logs).values(action="x"), delete(tables.audit_logs)])
def test_what_is_written_stays_as_it_is(house: House, statement: Any) -> None:
    admin = house.register()
    before = logs(admin)

    def tamper(unit: Unit) -> None:
        unit.connection.execute(statement)

    with pytest.raises(DBAPIError, match="append-only"):
        house.do(admin.organization_id, tamper)
    assert logs(admin) == before
